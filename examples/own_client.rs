//! A client of your own against the presence service, inside a test of your own: on loopback, without a network.
//!
//! ```text
//! cargo run --example own_client
//! ```

use std::{
    error::Error,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use herenow::service::ServiceOptions;

/// The client under test; this one knows just enough HTTP. A PubNub SDK does as well, with `service.origin()` as
/// its origin and TLS switched off.
fn get(address: SocketAddr, target: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = ServiceOptions::default().start().await?;
    let address = service.address;
    let body = tokio::task::spawn_blocking(move || {
        get(address, "/v2/presence/sub-key/demo/channel/lobby/heartbeat?uuid=ann")?;
        get(address, "/v2/presence/sub-key/demo/channel/lobby?uuid=bob")
    });
    let body = body.await??;
    println!("{body}");
    assert!(body.contains(r#""occupancy":1,"#) && body.contains(r#""uuids":["ann"]"#));
    service.end().await;
    Ok(())
}
