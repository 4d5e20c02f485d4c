//! A page in Yew that charges and credits an account.
//!
//!     cargo run -p shardd-local      # in the repository: three regions on this machine
//!     trunk serve --port 8090        # here
//!
//! A page of yours would get its key from your server, one that may do no more than the page should.

use shardd_wasm::{Client, CreateEventOptions, ShardError};
use yew::platform::spawn_local;
use yew::prelude::*;

const BUCKET: &str = "my-app";
const ACCOUNT: &str = "user:alice";

fn main() {
    yew::Renderer::<App>::new().render();
}

/// Does no I/O: the regions are raced by the first call.
fn connect() -> Result<Client, ShardError> {
    Client::builder()
        .api_key("any")
        .edges(["http://localhost:8081", "http://localhost:8082", "http://localhost:8083"])
        .build()
}

/// One account: what it holds, and two buttons.
#[component]
fn App() -> Html {
    let client = use_memo((), |()| connect());
    let shown = use_state(|| String::from("…"));
    let act = |amount: i64| {
        let (client, shown) = (client.clone(), shown.clone());
        Callback::from(move |_: MouseEvent| {
            let (client, shown) = (client.clone(), shown.clone());
            spawn_local(async move {
                shown.set(change(&client, amount).await.unwrap_or_else(|error| sentence(&error)));
            });
        })
    };
    html! {
        <main>
            <h1>{ ACCOUNT }</h1>
            <p aria-live="polite">{ &*shown }</p>
            <button onclick={act(500)}>{ "Top up 500" }</button>
            <button onclick={act(-100)}>{ "Spend 100" }</button>
        </main>
    }
}

async fn change(client: &Result<Client, ShardError>, amount: i64) -> Result<String, ShardError> {
    let client = client.as_ref().map_err(Clone::clone)?;
    let options =
        CreateEventOptions { note: Some("from Yew".into()), skip_hold: Some(true), ..Default::default() };
    let result = client.create_event(BUCKET, ACCOUNT, amount, options).await?;
    Ok(format!("{} credits, says {}", result.balance, result.meta.edge))
}

fn sentence(error: &ShardError) -> String {
    match &error.funds {
        Some(funds) => format!("There are only {} credits.", funds.available_balance.unwrap_or(0)),
        None => format!("{error} (The write was {}.)", error.outcome.as_str()),
    }
}
