//! The control endpoint: faults, clocks and links to set, events and conflicts to look at.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::connection::{self, Order};
use super::fault::{Fault, FaultKind};
use super::payload::Payload;
use super::region::Region;
use super::visit::Cut;
use super::world::World;

type Outcome = Result<Value, (u16, String)>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    delay_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skew {
    skew_ms: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    from: usize,
    to: usize,
    up: Option<bool>,
    delay_ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credits {
    user: String,
    credits: Option<u64>,
}

/// Serves the control endpoint until everything stops.
pub(super) async fn run(world: Arc<World>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let orders = watch::Sender::new(Order::Serve);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                let world = Arc::clone(&world);
                let answer = move |request| -> std::pin::Pin<Box<dyn Future<Output = _> + Send>> {
                    Box::pin(serve(Arc::clone(&world), request))
                };
                connections.spawn(connection::serve(stream, orders.subscribe(), answer));
            },
            Some(_) = connections.join_next() => {}
            () = connection::stopped(&mut stop) => break,
        }
    }
    drop(listener);
    orders.send_replace(Order::Stop);
    while connections.join_next().await.is_some() {}
}

async fn serve(
    world: Arc<World>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Payload>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let path = head.uri.path().trim_matches('/').to_owned();
    let outcome = match head.method.as_str() {
        "OPTIONS" => Ok(Value::Null),
        method => route(&world, method, &path, &body).await,
    };
    let (status, value) = match outcome {
        Ok(value) => (200, value),
        Err((status, error)) => (status, json!({ "error": error })),
    };
    let mut response = hyper::Response::new(Payload::whole(value.to_string().into_bytes()));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, POST, DELETE, OPTIONS"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-max-age", "600"),
    ] {
        response.headers_mut().insert(name, hyper::header::HeaderValue::from_static(value));
    }
    Ok(response)
}

async fn route(world: &World, method: &str, path: &str, body: &[u8]) -> Outcome {
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        ("GET", [""]) => Ok(state(world)),
        ("GET", ["events"]) => Ok(events(world)),
        ("GET", ["storms"]) => Ok(storms(world)),
        ("GET", ["requests"]) => Ok(json!({ "regions": world.counters().regions() })),
        ("DELETE", ["requests"]) => {
            world.counters().reset();
            Ok(json!({ "regions": world.counters().regions() }))
        }
        ("POST", ["links"]) => link(world, &parse(body)?),
        ("POST", ["credits"]) => {
            let Credits { user, credits } = parse(body)?;
            world.cluster().set_credits(&user, credits);
            Ok(json!({ "user": user, "credits": credits }))
        }
        ("POST", ["regions", "all", action]) => {
            for region in &world.regions {
                change(world, region, action, body).await?;
            }
            Ok(json!({ "regions": region_states(world) }))
        }
        ("POST", ["regions", index, action]) => {
            let region = index.parse().ok().and_then(|index: usize| world.regions.get(index));
            let region = region.ok_or_else(|| (404, format!("there is no region {index}")))?;
            change(world, region, action, body).await
        }
        _ => Err((404, format!("there is no {method} /{path} here"))),
    }
}

async fn change(world: &World, region: &Region, action: &str, body: &[u8]) -> Outcome {
    match action {
        "fault" => set_fault(world, region, parse(body)?).await?,
        "revive" => set_fault(world, region, Fault::of(FaultKind::None)).await?,
        "delay" => region.set_delay_ms(parse::<Delay>(body)?.delay_ms),
        "clock" => world.cluster().set_clock_skew_ms(region.index, parse::<Skew>(body)?.skew_ms),
        "lose" => world.cluster().lose_node(region.index),
        _ => return Err((404, format!("there is nothing called {action} to do with a region"))),
    }
    Ok(region_state(world, region))
}

async fn set_fault(world: &World, region: &Region, fault: Fault) -> Result<(), (u16, String)> {
    let reach = region.set_fault(fault).await.map_err(|error| (500, error))?;
    world.cluster().set_reach(region.index, reach);
    Ok(())
}

fn link(world: &World, link: &Link) -> Outcome {
    let mut cluster = world.cluster();
    if link.from.max(link.to) >= cluster.regions() || link.from == link.to {
        return Err((404, format!("there is no link from {} to {}", link.from, link.to)));
    }
    if let Some(up) = link.up {
        cluster.set_link(link.from, link.to, up);
    }
    if let Some(delay_ms) = link.delay_ms {
        cluster.set_replication_delay_ms(link.from, link.to, delay_ms);
    }
    Ok(json!({
        "from": link.from,
        "to": link.to,
        "up": cluster.is_link_up(link.from, link.to),
        "delay_ms": cluster.replication_delay_ms(link.from, link.to)
    }))
}

fn state(world: &World) -> Value {
    let regions = region_states(world);
    let cluster = world.cluster();
    let count = cluster.regions();
    let pairs =
        (0..count).flat_map(|from| (0..count).map(move |to| (from, to))).filter(|(from, to)| from != to);
    let links: Vec<Value> = pairs
        .map(|(from, to)| {
            let (up, delay) = (cluster.is_link_up(from, to), cluster.replication_delay_ms(from, to));
            json!({ "from": from, "to": to, "up": up, "delay_ms": delay })
        })
        .collect();
    json!({
        "regions": regions,
        "replication": {
            "links": links, "undelivered": cluster.undelivered(), "converged": cluster.is_converged()
        },
        "storm": !cluster.storms().is_empty(),
        "storms": cluster.storms(),
        "voids": cluster.voids()
    })
}

fn region_states(world: &World) -> Vec<Value> {
    world.regions.iter().map(|region| region_state(world, region)).collect()
}

fn region_state(world: &World, region: &Region) -> Value {
    let cluster = world.cluster();
    json!({
        "index": region.index,
        "url": region.url,
        "delay_ms": region.delay_ms(),
        "fault": region.fault(),
        "node_id": cluster.node_id(region.index),
        "lost": cluster.is_lost(region.index),
        "clock_skew_ms": cluster.clock_skew_ms(region.index),
        "event_count": cluster.events(region.index).len()
    })
}

fn events(world: &World) -> Value {
    let cluster = world.cluster();
    let of = |region: usize| json!({ "region": region, "events": cluster.events(region) });
    json!({ "regions": (0..cluster.regions()).map(of).collect::<Vec<_>>() })
}

fn storms(world: &World) -> Value {
    let cluster = world.cluster();
    json!({ "storms": cluster.storms(), "voids": cluster.voids() })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, (u16, String)> {
    serde_json::from_slice(body)
        .map_err(|error| (400, format!("the body is not what is wanted here: {error}")))
}
