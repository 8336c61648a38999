//! The least that collects everybody: one connection, one hash map.

use std::{collections::HashMap, io, time::Duration};

use http_body_util::{BodyExt, Empty};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Page<'a> {
    occupancy: usize,
    #[serde(borrow)]
    uuids: Vec<Occupant<'a>>,
}

#[derive(Deserialize)]
struct Occupant<'a> {
    uuid: &'a str,
    #[serde(borrow)]
    state: &'a RawValue,
}

/// Collect everybody, and stay.
pub fn collect(port: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let all = runtime.block_on(ask_all(port)).map_err(io::Error::other)?;
    std::thread::sleep(Duration::from_secs(600));
    drop(all);
    Ok(())
}

async fn ask_all(port: &str) -> Result<HashMap<String, Box<str>>, Box<dyn std::error::Error + Send + Sync>> {
    let stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut all = HashMap::new();
    let mut offset = 0;
    loop {
        let target = format!("/v2/presence/sub_key/demo/channel/lobby?limit=1000&state=1&offset={offset}");
        let request = Request::get(target).header("host", "localhost").body(Empty::<Bytes>::new())?;
        let body = sender.send_request(request).await?.into_body().collect().await?.to_bytes();
        let page: Page<'_> = serde_json::from_slice(&body)?;
        for Occupant { uuid, state } in page.uuids {
            all.insert(uuid.to_owned(), state.get().into());
        }
        offset += 1000;
        if offset >= page.occupancy {
            return Ok(all);
        }
    }
}
