//! The npm package in pkg/, from the Rust sources.
use crate::bindgen::{Bound, IDEMPOTENCY, LOCAL, Source};
use crate::setup::Setup;
use crate::size::Sizes;
use crate::{bundle, crates};
use anyhow::Result;

/// Builds the package around this client and says what it weighs.
pub async fn package(setup: &Setup, client: Source, by_crate: bool) -> Result<Sizes> {
    let bound = Bound::build(setup, client).await?;
    let local = Bound::build(setup, LOCAL).await?;
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
