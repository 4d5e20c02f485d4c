//! The page: www/ and the built package, served on a loopback port.
use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use serde_json::Value;
use std::path::Path;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// A running site; it ends when this is dropped.
pub struct Site {
    pub address: String,
    task: tokio::task::JoinHandle<()>,
}

impl Site {
    /// Serves www/ at `/`, pkg/ at `/pkg/` and where the regions are at `/config.json`.
    pub fn start(listener: std::net::TcpListener, root: &Path, config: Value) -> Result<Site> {
        let address = format!("http://{}", listener.local_addr()?);
        let listener = TcpListener::from_std(listener).context("the port of the page was lost")?;
        let site = Router::new()
            .route("/config.json", get(move || std::future::ready(axum::Json(config.clone()))))
            .nest_service("/pkg", ServeDir::new(root.join("pkg")))
            .fallback_service(ServeDir::new(root.join("www")))
            // A page that was just rebuilt must not be the old one.
            .layer(SetResponseHeaderLayer::overriding(
                header::CACHE_CONTROL,
                HeaderValue::from_static("no-store"),
            ));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, site).await {
                eprintln!("error: the page is no longer served: {error}");
            }
        });
        Ok(Site { address, task })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}
