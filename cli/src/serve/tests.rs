//! The server on a real socket with misbehaving clients.

use super::*;
use crate::board::source::Reader;
use crate::board::targets::Targets;
use guardian_board::Target;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;
use tokio::time::Instant;

const LIMITS: Limits = Limits { headers: Duration::from_secs(4), answer: Duration::from_secs(2) };
const GET: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A server whose page has a few hundred kilobytes: a line for each target that cannot be read. Its
/// sockets hold only a few kilobytes.
async fn started() -> Server {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(4_096).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(256).unwrap();
    let address = listener.local_addr().unwrap();
    let closed = |n: usize| {
        let target = Target { account: format!("{n:012}"), region: "eu-west-1".into() };
        Arc::new(Reader::closed(target, "x".repeat(300)))
    };
    let readers = (0..1_000).map(closed).collect();
    let (settings, routes) = Default::default();
    let cache = Arc::new(Cache::new(Targets { readers, settings, routes }, 15_000));
    let rules = Rules { address, names: Vec::new(), token: None, filter: Default::default() };
    let task = tokio::spawn(serve(listener, rules, cache, LIMITS, std::future::pending()));
    Server { address, task }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// Asks for the page, and reads nothing of it.
    async fn silent(&self) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        stream
    }

    /// How long a client waits for its answer.
    async fn answered(&self) -> Duration {
        let began = Instant::now();
        let mut stream = self.connect().await;
        stream.write_all(GET.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        timeout(Duration::from_secs(30), stream.read_exact(&mut start)).await.unwrap().unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        began.elapsed()
    }
}

/// Reads to the end of a connection; the number of bytes.
async fn rest(stream: &mut TcpStream) -> usize {
    let (mut bytes, mut part) = (0, [0; 4_096]);
    let all = async {
        loop {
            match stream.read(&mut part).await {
                Ok(0) => break,
                Ok(n) => bytes += n,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                    break;
                }
            }
        }
    };
    timeout(Duration::from_secs(30), all).await.expect("the connection is closed");
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_do_not_read_are_cut_off_and_block_no_other_for_long() {
    let server = started().await;
    let mut silent = Vec::new();
    for _ in 0..CONNECTIONS {
        silent.push(server.silent().await);
    }
    // They hold every connection, so the next one waits until the first of them is cut off.
    server.answered().await;
    sleep(LIMITS.answer * 2).await;
    for stream in &mut silent {
        assert!(rest(stream).await < 200_000, "most of it was not written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_reads_slowly_but_in_time_has_its_whole_answer() {
    let server = started().await;
    let mut stream = server.connect().await;
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut answer, mut part) = (Vec::new(), [0; 2_048]);
    loop {
        let n = stream.read(&mut part).await.unwrap();
        if n == 0 {
            break;
        }
        answer.extend_from_slice(&part[..n]);
        sleep(Duration::from_millis(2)).await;
    }
    assert!(answer.len() > 300_000 && answer.ends_with(b"</html>"), "{}", answer.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_that_arrive_byte_by_byte_have_no_more_time_than_others() {
    let server = started().await;
    let (began, mut stream) = (Instant::now(), server.connect().await);
    let (mut reading, mut writing) = stream.split();
    let drip = async {
        for byte in "GET / HTTP/1.1\r\nX-Filler: ".bytes().chain(std::iter::repeat(b'x')) {
            if writing.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let closed = async {
        let mut part = [0; 4_096];
        while matches!(reading.read(&mut part).await, Ok(1..)) {}
    };
    tokio::select! {
        () = drip => {}
        () = closed => {}
        () = sleep(Duration::from_secs(30)) => panic!("the connection is still open"),
    }
    let open = began.elapsed();
    assert!(open > LIMITS.headers / 2 && open < LIMITS.headers * 3, "{open:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_others_wait_a_connection_ends_with_its_answer() {
    let server = started().await;
    let mut alone = server.connect().await;
    for _ in 0..2 {
        alone.write_all(GET.as_bytes()).await.unwrap();
        let mut start = [0; 1_024];
        let n = alone.read(&mut start).await.unwrap();
        assert!(!String::from_utf8_lossy(&start[..n]).contains("connection: close"));
    }
    let mut busy = vec![alone];
    while busy.len() < CONNECTIONS {
        busy.push(server.connect().await);
    }
    // Connections without a request are closed after four seconds, those with an answer at once.
    let waiting = server.answered();
    let asking = async {
        sleep(Duration::from_millis(300)).await;
        busy[0].write_all(GET.as_bytes()).await.unwrap();
        rest(&mut busy[0]).await
    };
    let (waited, bytes) = tokio::join!(waiting, asking);
    assert!(waited < LIMITS.headers / 2, "{waited:?}");
    assert!(bytes > 0);
}
