//! Ctrl-C and SIGTERM: while an operation is followed, a request to detach. Otherwise, and the second
//! time, the program ends at once.

use guardian_deploy::host::Signal;
use std::sync::{OnceLock, mpsc};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch::Sender;

/// The exit code of a program that the signal has ended, as shells define it.
fn code(signal: Signal) -> i32 {
    match signal {
        Signal::Interrupt => 130,
        Signal::Terminate => 143,
    }
}

/// Completes at the next signal to stop, counted from this call and not from the first poll.
pub fn stop_signal() -> impl Future<Output = Signal> {
    let mut signals = caught().subscribe();
    async move {
        loop {
            if signals.changed().await.is_err() {
                return std::future::pending().await;
            }
            if let Some(signal) = *signals.borrow_and_update() {
                return signal;
            }
        }
    }
}

/// The channel of signals. Once a signal is caught, the system no longer ends the process by it, so
/// from the first time on this does, on a thread of its own: the others may be busy.
fn caught() -> &'static Sender<Option<Signal>> {
    static CAUGHT: OnceLock<Sender<Option<Signal>>> = OnceLock::new();
    CAUGHT.get_or_init(|| {
        let sender = Sender::new(None);
        let (tells, (ready, catches)) = (sender.clone(), mpsc::channel());
        std::thread::spawn(move || catch(&tells, ready));
        // Done as well where nothing can be caught: then the system goes on to end the process.
        let _ = catches.recv();
        sender
    })
}

/// Catches signals for ever.
fn catch(tells: &Sender<Option<Signal>>, ready: mpsc::Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let interrupts = signal(SignalKind::interrupt());
        let terminates = signal(SignalKind::terminate());
        let (Ok(mut interrupts), Ok(mut terminates)) = (interrupts, terminates) else { return };
        // The other end waits for it.
        let _ = ready.send(());
        loop {
            let signal = tokio::select! {
                _ = interrupts.recv() => Signal::Interrupt,
                _ = terminates.recv() => Signal::Terminate,
            };
            if tells.receiver_count() == 0 {
                std::process::exit(code(signal));
            }
            tells.send_replace(Some(signal));
        }
    });
}
