//! `guardian board`: the board as a page, in a file or from a server.

use crate::board::source::{readings, sources};
use crate::board::targets::{ReadArgs, SetPlace, Targets};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::serve::cache::Cache;
use crate::serve::request::Rules;
use crate::serve::{Limits, serve};
use crate::signal::stop_signal;
use crate::text::hex;
use crate::ui::Ui;
use guardian_aws::clock::now_ms;
use guardian_board::Board;
use guardian_board::html::{Mode, Theme, View, html};
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A page shows as many past runs as the table keeps.
const PAST: usize = 30;

/// Options of `board`.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "face", required = true, multiple = false, args = ["html", "serve", "listen"])]
pub struct Args {
    /// Write the board as a page into this file, which is replaced whole
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Serve the board on this computer alone, as in 127.0.0.1:8080 [default: a free port]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1,
          default_missing_value = "127.0.0.1:0")]
    pub serve: Option<SocketAddr>,
    /// Serve the board to others, unencrypted, under an address with a secret path
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Name under which the server may be asked for, besides its address
    #[arg(long, value_name = "NAME",
          value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub host: Vec<String>,
    /// Seconds from one reading to the next, at least, or from one file to the next; 1,000 machines take 5
    #[arg(long, value_name = "SECONDS", default_value_t = 15,
          value_parser = clap::value_parser!(u32).range(5..=3_600))]
    pub every: u32,
    /// Light or dark page, in a file [default: as the viewer's system has it]
    #[arg(long, value_name = "THEME", requires = "html")]
    pub theme: Option<Shade>,
    /// Which lights are read, and from where.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shade {
    /// Light
    Light,
    /// Dark
    Dark,
}

/// Shows an environment in these regions.
pub async fn run(
    args: &Args,
    global: &Global,
    regions: &[String],
    ui: &Ui,
) -> Result<Exit, Failure> {
    check(args)?;
    show(args, Targets::of_regions(&args.read, PAST, global, regions).await?, ui).await
}

/// Shows a stack set's accounts and regions.
pub(crate) async fn run_for_stack_set(
    args: &Args,
    set: &SetPlace<'_>,
    ui: &Ui,
) -> Result<Exit, Failure> {
    check(args)?;
    show(args, Targets::of_stack_set(&args.read, PAST, set).await?, ui).await
}

/// Before anything is read.
fn check(args: &Args) -> Result<(), Failure> {
    match args.serve {
        Some(address) if !address.ip().is_loopback() => Err(Failure::say(
            Exit::Usage,
            format!(
                "--serve is for this computer alone, and {} is not its loopback address",
                address.ip()
            ),
        )
        .help("use --listen to show the board to others, under a secret path; docs/board.md")),
        _ => Ok(()),
    }
}

async fn show(args: &Args, targets: Targets, ui: &Ui) -> Result<Exit, Failure> {
    match (&args.html, args.serve, args.listen) {
        (Some(path), ..) => write(args, path, &targets, ui).await,
        (_, Some(address), _) => serve_at(args, address, None, targets, ui).await,
        (_, _, Some(address)) => serve_at(args, address, Some(token()?), targets, ui).await,
        // The command line requires one.
        (None, None, None) => Ok(Exit::Done),
    }
}

async fn write(
    args: &Args,
    path: &std::path::Path,
    targets: &Targets,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let mut read = readings(&targets.readers).await;
    if read.iter().all(Result::is_err) {
        // The old file stays, and shows that it is old.
        return read.remove(0).map(|_| Exit::Done);
    }
    let unread = read.iter().any(Result::is_err);
    let board =
        Board::of_sources(sources(&targets.readers, &mut read), &targets.settings, now_ms());
    let theme = match args.theme {
        None => Theme::Auto,
        Some(Shade::Light) => Theme::Light,
        Some(Shade::Dark) => Theme::Dark,
    };
    let filter = args.read.query();
    let view = View { mode: Mode::File, theme, filter, refresh_s: args.every, ..View::default() };
    let page = html(&board, &view);
    files::write(path, page.as_bytes())?;
    let (bytes, machines) = (page.len(), board.counts.total);
    ui.emit(&Event::Page { path: &path.display().to_string(), bytes, machines });
    Ok(if unread { Exit::Warnings } else { Exit::Done })
}

async fn serve_at(
    args: &Args,
    address: SocketAddr,
    token: Option<String>,
    targets: Targets,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let stop = stop_signal();
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::error(format!("cannot listen on {address}"))
            .because(error)
            .help("choose another port, or 0 for a free one")
    })?;
    let address = listener.local_addr().map_err(|error| {
        Failure::from(Failure::error("the server's address is not known").because(error))
    })?;
    if token.is_some() {
        ui.note(&format!(
            "warning: {address} is open to others: who has the address below sees machines, causes \
             and links, and the network in between reads along"
        ));
    }
    let path = token.as_ref().map_or_else(String::new, |token| format!("{token}/"));
    ui.emit(&Event::Serving { url: &format!("http://{address}/{path}") });
    let cache = Cache::new(targets, i64::from(args.every) * 1_000);
    let filter = args.read.query();
    let rules = Rules { address, names: args.host.clone(), token, filter };
    serve(listener, rules, Arc::new(cache), Limits::default(), async {
        let _ = stop.await;
    })
    .await;
    ui.note("the server has stopped");
    Ok(Exit::Done)
}

/// A path that is not guessed: 128 bits of the system's randomness.
fn token() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| {
        Failure::from(Failure::error("the system gives no random numbers").because(error))
    })?;
    Ok(hex(&bytes))
}
