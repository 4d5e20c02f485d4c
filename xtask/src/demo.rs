//! The demo: three local regions, a story told in Node against the packed package, then the page.
use crate::bindgen::CLIENT;
use crate::bundle::copy_folder;
use crate::packed;
use crate::ports::Ports;
use crate::regions::Regions;
use crate::screen::say;
use crate::setup::Setup;
use crate::site::Site;
use crate::step::{Step, show};
use crate::{build, npm};
use anyhow::{Result, ensure};
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// What `cargo xtask demo` was asked for.
#[derive(Default)]
pub struct Demo {
    pub once: bool,
    pub port: Option<u16>,
}

impl Demo {
    pub async fn run(&self, setup: &Setup) -> Result<()> {
        let ports = Ports::choose(self.port)?;
        // Held from here on, so that a second demo ends at once and not after its build.
        let listener = ports.reserve()?;
        npm::node_major()?;
        build::package(setup, CLIENT, false).await?;
        say("");
        let regions = Regions::start(&ports).await?;
        tell(setup, &regions).await?;
        if !self.once {
            let site = Site::start(listener, &setup.project.root, regions.config())?;
            say(format_args!("\n  The page: {}   (Ctrl-C ends it)", site.address));
            // Until the signal that drops all of this.
            std::future::pending::<()>().await;
        }
        regions.end().await;
        Ok(())
    }
}

/// Regions and page for the page test: says in one line of JSON where they are, and ends when standard input does.
pub async fn serve(setup: &Setup, port: Option<u16>) -> Result<()> {
    let ports = Ports::choose(port)?;
    let listener = ports.reserve()?;
    let regions = Regions::start(&ports).await?;
    let mut config = regions.config();
    let site = Site::start(listener, &setup.project.root, config.clone())?;
    if let Some(fields) = config.as_object_mut() {
        fields.insert("page".into(), site.address.clone().into());
    }
    say(&config);
    let mut input = tokio::io::stdin();
    let mut ignored = [0; 64];
    while input.read(&mut ignored).await? > 0 {}
    regions.end().await;
    Ok(())
}

async fn tell(setup: &Setup, regions: &Regions) -> Result<()> {
    let project = &setup.project;
    let folder = project.target.join("demo");
    let step = Step::begin("packed and installed into an empty project");
    let tarball = packed::tarball(project, &step).await?;
    packed::install(&step, &tarball, &folder).await?;
    // Beside node_modules, because an import is looked up from where the file is.
    copy_folder(&project.path("examples").join("story"), &folder)?;
    step.done();
    let mut node = Command::new("node");
    node.arg("story.mjs").current_dir(&folder);
    node.env("SHARDD_EDGES", regions.edges.join(",")).env("SHARDD_CONTROL", &regions.control);
    let status = show(&mut node).await?;
    ensure!(status.success(), "the story did not end well ({status}): its last lines say why");
    Ok(())
}
