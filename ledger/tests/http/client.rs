//! A client small enough to see every byte: one connection, kept alive.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

#[derive(Debug)]
pub struct Client {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Client {
    pub fn new(url: &str) -> Self {
        Self { address: url.trim_start_matches("http://").to_owned(), stream: None }
    }

    pub async fn get(&mut self, path: &str) -> std::io::Result<Answer> {
        self.send("GET", path, &[], "").await
    }

    pub async fn post(&mut self, path: &str, body: &str) -> std::io::Result<Answer> {
        self.send("POST", path, &[("content-type", "application/json")], body).await
    }

    /// Sends a request; a connection that broke is not kept.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> std::io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(&self.address).await?),
        };
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.push_str(body);
        stream.get_mut().write_all(head.as_bytes()).await?;
        let answer = read(&mut stream, method == "HEAD").await?;
        self.stream = Some(stream);
        Ok(answer)
    }

    /// Sends a request and expects no answer within the time.
    pub async fn silence(&mut self, method: &str, path: &str, body: &str, time: Duration) {
        let headers = [("content-type", "application/json")];
        let answer = tokio::time::timeout(time, self.send(method, path, &headers, body)).await;
        assert!(answer.is_err(), "{method} {path} was answered: {answer:?}");
    }
}

async fn read(stream: &mut BufReader<TcpStream>, head_only: bool) -> std::io::Result<Answer> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| Error::other(format!("no status in {line:?}")))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
    let mut body = vec![0; if head_only { 0 } else { length }];
    stream.read_exact(&mut body).await?;
    Ok(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
