//! What a user downloads, in bytes.
use crate::bindgen::Bound;
use crate::bundle;
use crate::npm::BuildTools;
use crate::project::Project;
use crate::screen::say;
use crate::step::Step;
use anyhow::Result;
use std::io::Write as _;
use std::path::Path;

/// What a Worker imports beside the script.
const IDEMPOTENCY_WASM: &str = "shardd_idempotency_bg.wasm";

/// One file before and after compression.
#[derive(Clone, Copy)]
pub struct Size {
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
}

/// What the package costs its users.
pub struct Sizes {
    pub wasm: Size,
    /// The default entry without the wasm, and with it; none while pkg-template has no entries.
    pub glue: Option<Size>,
    pub one_file: Option<Size>,
    /// Doing things once in a Worker: its script and its wasm.
    pub idempotency: Option<Size>,
}

impl Size {
    fn of(file: &Path) -> Result<Size> {
        let bytes = std::fs::read(file)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&bytes)?;
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut brotli, &parameters)?;
        Ok(Size { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli: brotli.len() })
    }

    fn plus(self, other: Size) -> Size {
        Size { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

impl Sizes {
    pub async fn measure(project: &Project, tools: &BuildTools, bound: &Bound) -> Result<Sizes> {
        let step = Step::begin("sizes");
        let glue = bundle::glue(&step, project, tools).await?;
        let packed =
            |name: &str| Some(project.package().join("dist").join(name)).filter(|file| file.exists());
        let files = [glue, packed("index.js"), packed("idempotency-workerd.js"), packed(IDEMPOTENCY_WASM)];
        let wasm = bound.wasm.clone();
        let sizes = step
            .compute(move || {
                let size = |file: &Path| Size::of(file);
                let [glue, one_file, script, module] =
                    files.map(|file| file.as_deref().map(size).transpose());
                let idempotency = script?.zip(module?).map(|(script, module)| script.plus(module));
                Ok(Sizes { wasm: Size::of(&wasm)?, glue: glue?, one_file: one_file?, idempotency })
            })
            .await?;
        step.done();
        Ok(sizes)
    }

    /// The wasm with its glue, each compressed on its own as they travel.
    pub fn together(&self) -> Option<Size> {
        self.glue.map(|glue| self.wasm.plus(glue))
    }

    pub fn print(&self) {
        say(format_args!("\n  {:<22} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli"));
        let rows = [
            ("wasm", Some(self.wasm)),
            ("glue", self.glue),
            ("wasm + glue", self.together()),
            ("one file (the default)", self.one_file),
            ("idempotency, Worker", self.idempotency),
        ];
        for (name, size) in rows {
            if let Some(size) = size {
                say(format_args!("  {name:<22} {:>9} {:>9} {:>9}", size.raw, size.gzip, size.brotli));
            }
        }
    }
}
