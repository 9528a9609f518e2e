//! A connection whose client has a limited time to take an answer.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A stream that fails if its reader makes a write wait for longer than `limit`. The time begins when
/// the reader first lags behind, and ends when it has taken everything.
#[derive(Debug)]
pub struct Patience<S> {
    stream: S,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patience<S> {
    /// A stream whose reader has `limit`.
    pub fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, waiting: None }
    }

    fn write(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<Result<usize>>,
    ) -> Poll<Result<usize>> {
        if written.is_ready() {
            return written;
        }
        let limit = self.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client does not take the answer")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patience<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patience<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // hyper flushes when it has written everything that it has.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.waiting = None;
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    const LIMIT: Duration = Duration::from_secs(20);

    /// Writes an answer to a client that takes a byte each second, and the time that it took.
    async fn written(bytes: usize, taken: usize) -> (Result<()>, Duration) {
        let (server, mut client) = duplex(1);
        let mut server = Patience::new(server, LIMIT);
        let reader = tokio::spawn(async move {
            for _ in 0..taken {
                sleep(Duration::from_secs(1)).await;
                client.read_u8().await.unwrap();
            }
            sleep(Duration::from_secs(3_600)).await;
            drop(client);
        });
        let began = Instant::now();
        let answer = vec![b'x'; bytes];
        let written = match server.write_all(&answer).await {
            Ok(()) => server.flush().await,
            Err(error) => Err(error),
        };
        reader.abort();
        (written, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_has_so_long_for_all_of_an_answer_however_often_it_takes_a_byte() {
        for taken in [0, 10, 1_000] {
            let (ended, took) = written(1_000, taken).await;
            assert_eq!(ended.unwrap_err().kind(), ErrorKind::TimedOut);
            assert!(took >= LIMIT && took < LIMIT + Duration::from_secs(2), "{took:?}");
        }
        let (ended, took) = written(15, 15).await;
        assert!(ended.is_ok() && took < LIMIT, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_answer_has_the_whole_time_again() {
        let (server, mut client) = duplex(1);
        let mut server = Patience::new(server, LIMIT);
        tokio::spawn(async move {
            for _ in 0..45 {
                sleep(Duration::from_secs(1)).await;
                client.read_u8().await.unwrap();
            }
        });
        for _ in 0..3 {
            server.write_all(&[b'x'; 15]).await.unwrap();
            server.flush().await.unwrap();
        }
    }
}
