//! The npm package in pkg/, from the Rust sources.
use crate::bindgen::{Bound, CLIENT, IDEMPOTENCY, LOCAL};
use crate::setup::Setup;
use crate::size::Sizes;
use crate::{bundle, crates};
use anyhow::Result;

/// Builds the package and says what it weighs.
pub async fn package(setup: &Setup, by_crate: bool) -> Result<Sizes> {
    // The one that is not small comes first: its compiler flags differ, and a change of flags compiles all dependencies anew.
    let local = Bound::build(setup, LOCAL).await?;
    let bound = Bound::build(setup, CLIENT).await?;
    let idempotency = Bound::build(setup, IDEMPOTENCY).await?;
    let tools = setup.build_tools().await?;
    bundle::package(&setup.project, tools, &bound, &[&idempotency, &local]).await?;
    let sizes = Sizes::measure(&setup.project, tools, &bound).await?;
    sizes.print();
    if by_crate {
        crates::print(&crates::by_crate(&bound.named)?);
    }
    Ok(sizes)
}
