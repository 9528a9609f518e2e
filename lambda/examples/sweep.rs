//! Measures one sweep: the function's own clients against a stub of AWS on this machine that
//! answers each call after a set time.
//!
//!     cargo run --release -p guardian-lambda --example sweep -- [machines] [milliseconds a call]
//!
//! The budget is that of an account that allows it; with the default quotas the sweep is as slow
//! as ListExecutions gives its tokens back.

use guardian_contract::env;
use guardian_lambda::{Settings, Summary, Watcher, aws};
use serde_json::{Value, json};
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const SWEEPS: usize = 20;
const PREFIX: &str = "arn:aws:states:eu-central-1:123456789012";

/// As the function: one thread. The stub has another.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let machines = numbers.next().transpose()?.unwrap_or(1_000);
    let latency = Duration::from_millis(numbers.next().transpose()?.unwrap_or(10));
    let endpoint = stub(machines, latency)?;

    let variable = |name: &str| {
        let value = match name {
            "AWS_REGION" => "eu-central-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "test",
            "AWS_ENDPOINT_URL" => &endpoint,
            env::LIST_BURST => "5000",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let mut all: Vec<(Duration, Summary)> = Vec::new();
    for _ in 0..SWEEPS {
        // Everything from scratch, as in a cold start.
        let watcher = Watcher::new(aws::clients(variable), Settings::from_env(variable)?);
        let start = Instant::now();
        let summary = watcher.sweep(Duration::from_secs(60)).await?;
        all.push((start.elapsed(), summary));
    }
    all.sort_by_key(|(elapsed, _)| *elapsed);
    let (median, summary) = &all[SWEEPS / 2];
    let (worst, _) = &all[SWEEPS - 1];
    println!(
        "{machines} machines, {} ms a call, {SWEEPS} sweeps: median {:.2} s, worst {:.2} s, {} \
         calls a sweep {:?}, {} points",
        latency.as_millis(),
        median.as_secs_f64(),
        worst.as_secs_f64(),
        summary.calls.values().sum::<u64>(),
        summary.calls,
        summary.published
    );
    Ok(())
}

/// Starts the stub in its own thread; gives back its address.
fn stub(machines: u64, latency: Duration) -> Result<String, Box<dyn Error>> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (socket, _) = listener.accept().await?;
                // A connection that breaks off is the client's to notice.
                tokio::spawn(async move { serve(socket, machines, latency).await.ok() });
            }
            #[allow(unreachable_code)]
            std::io::Result::Ok(())
        })
    });
    Ok(endpoint)
}

async fn serve(socket: TcpStream, machines: u64, latency: Duration) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut socket = BufReader::new(socket);
    loop {
        let (mut length, mut target) = (0, String::new());
        loop {
            let mut line = String::new();
            if socket.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap_or(0);
            } else if let Some(value) = line.strip_prefix("x-amz-target: ") {
                target = value.to_owned();
            }
        }
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await?;
        tokio::time::sleep(latency).await;
        let (kind, answer) = answer(&target, &body, machines);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nsmithy-protocol: rpc-v2-cbor\r\n\
             content-length: {}\r\n\r\n",
            answer.len()
        );
        socket.write_all(&[head.as_bytes(), &answer].concat()).await?;
    }
}

fn answer(target: &str, body: &[u8], machines: u64) -> (&'static str, Vec<u8>) {
    let json = "application/x-amz-json-1.0";
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    if target.ends_with("liststatemachines") {
        let from: u64 = asked["nextToken"].as_str().and_then(|t| t.parse().ok()).unwrap_or(0);
        let to = (from + 1_000).min(machines);
        let machine = |i| {
            json!({"stateMachineArn": format!("{PREFIX}:stateMachine:m{i}"), "name": format!("m{i}"),
                   "type": "STANDARD", "creationDate": 1.7e9})
        };
        let mut page = json!({"stateMachines": (from..to).map(machine).collect::<Vec<_>>()});
        if to < machines {
            page["nextToken"] = json!(to.to_string());
        }
        return (json, page.to_string().into_bytes());
    }
    if target.ends_with("listexecutions") {
        let machine = asked["stateMachineArn"].as_str().unwrap_or_default();
        let name = machine.rsplit(':').next().unwrap_or_default();
        // A page as a busy machine has it, of which the recipe would ask for one.
        let run = |i: u32| {
            let at = 1.7e9 - f64::from(i) * 3_600.0;
            json!({"executionArn": format!("{PREFIX}:execution:{name}:{i}"), "name": i.to_string(),
                   "stateMachineArn": machine, "status": "SUCCEEDED", "redriveCount": 0,
                   "startDate": at, "stopDate": at + 60.0})
        };
        let page =
            json!({"executions": (0..100).map(run).collect::<Vec<_>>(), "nextToken": "more"});
        return (json, page.to_string().into_bytes());
    }
    ("application/cbor", b"\xbf\xff".to_vec())
}
