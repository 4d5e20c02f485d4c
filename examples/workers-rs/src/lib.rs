//! A Cloudflare Worker that charges an account: `POST /charge/<account>/<amount>`, with an `Idempotency-Key` of the
//! caller's own if it wants to retry safely.
//!
//!     cargo run -p shardd-local                 # in the repository: three regions on this machine
//!     echo 'SHARDD_API_KEY="any"' > .dev.vars   # here; in production: npx wrangler secret put SHARDD_API_KEY
//!     npx wrangler dev

use std::cell::OnceCell;
use std::error::Error;

use shardd_wasm::{Client, Code, CreateEventOptions, ShardError};
use worker::{Context, Env, Method, Request, Response, event};

const BUCKET: &str = "my-app";

thread_local! {
    /// One client an isolate: what it learns of the regions serves every later request. (Requests share nothing but
    /// plain data through it, so that none can hold up another.)
    static CLIENT: OnceCell<Client> = const { OnceCell::new() };
}

fn client(env: &Env) -> Result<Client, Box<dyn Error>> {
    if let Some(client) = CLIENT.with(|cell| cell.get().cloned()) {
        return Ok(client);
    }
    let mut builder = Client::builder().api_key(env.secret("SHARDD_API_KEY")?.to_string());
    if let Ok(edges) = env.var("SHARDD_EDGES") {
        builder = builder.edges(edges.to_string().split(','));
    }
    let client = builder.build()?;
    Ok(CLIENT.with(|cell| cell.get_or_init(|| client).clone()))
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response, Box<dyn Error>> {
    let path = request.path();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (Method::Post, ["charge", account, amount]) = (request.method(), &*parts) else {
        return Ok(Response::error("POST /charge/<account>/<amount>", 404)?);
    };
    let Ok(amount) = amount.parse::<i64>() else {
        return Ok(Response::error("The amount is not a whole number.", 400)?);
    };
    let idempotency_nonce = request.headers().get("idempotency-key")?;
    let options = CreateEventOptions { idempotency_nonce, ..Default::default() };
    match client(&env)?.charge(BUCKET, account, amount, options).await {
        // The results are serde structs, in the names of the JavaScript client.
        Ok(result) => Ok(Response::from_json(&result)?),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &ShardError) -> Result<Response, Box<dyn Error>> {
    let status = match error.code {
        Code::InvalidInput => 400,
        Code::InsufficientFunds => 402,
        Code::Conflict => 409,
        _ if error.is_retryable() => 503,
        _ => 502,
    };
    Ok(Response::error(error.message.as_str(), status)?)
}
