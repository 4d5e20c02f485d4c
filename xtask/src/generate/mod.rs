//! What is printed from the catalogue (src/protocol): the JavaScript tables, the typings, and the tables of the documentation.
mod answers;
mod code;
mod documents;
mod parity;
mod tables;
mod text;
mod typings;

pub use typings::OUT as TYPINGS;

use typings::Edition;

use crate::project::Project;
use crate::screen::say;
use anyhow::{Context, Result, ensure};

/// The folder of the JavaScript tables.
const TABLES: &str = "pkg-template/generated";

/// A file as the catalogue says it should be.
struct Printed {
    path: String,
    text: String,
}

/// Writes what has changed.
pub fn write(project: &Project) -> Result<()> {
    for file in differing(project)? {
        let path = project.path(&file.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, &file.text).with_context(|| format!("{} cannot be written", file.path))?;
        say(format_args!("  {}", file.path));
    }
    Ok(())
}

/// Fails where a file is not what the catalogue says.
pub fn check(project: &Project) -> Result<usize> {
    let differing: Vec<String> = differing(project)?.into_iter().map(|file| file.path).collect();
    ensure!(
        differing.is_empty(),
        "{} differ from the catalogue: run `cargo xtask generate` and commit what it writes",
        differing.join(", ")
    );
    Ok(everything(project)?.len())
}

fn differing(project: &Project) -> Result<Vec<Printed>> {
    let mut differing = everything(project)?;
    differing.retain(|file| {
        std::fs::read_to_string(project.path(&file.path)).ok().as_deref() != Some(file.text.as_str())
    });
    Ok(differing)
}

fn everything(project: &Project) -> Result<Vec<Printed>> {
    let mut files = tables::all();
    for table in &mut files {
        table.path = format!("{TABLES}/{}", table.path);
    }
    let template = std::fs::read_to_string(project.path(typings::TEMPLATE))?;
    for (path, edition) in [(typings::OUT, Edition::Package), (typings::CLASS_OUT, Edition::Class)] {
        files.push(Printed { path: path.into(), text: typings::filled(&template, edition)? });
    }
    for document in documents::FILES {
        let text = std::fs::read_to_string(project.path(document))?;
        files.push(Printed { path: document.into(), text: documents::filled(&text)? });
    }
    Ok(files)
}
