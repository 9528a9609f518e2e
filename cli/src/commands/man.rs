//! `guardian man`: the manual pages.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::ui::Ui;
use std::path::PathBuf;

/// Options of `man`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "guardian man -o ~/.local/share/man/man1 && man guardian-deploy")]
pub struct Args {
    /// Directory to write the pages to
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Writes a page for the program and one for each subcommand.
pub fn run(args: &Args, program: clap::Command, ui: &Ui) -> Result<Exit, Failure> {
    for (name, page) in pages(program) {
        let path = args.out.join(&name);
        let page = page.map_err(|error| {
            Failure::from(Failure::error(format!("cannot make the page `{name}`")).because(error))
        })?;
        files::write(&path, &page)?;
        ui.emit(&Event::File { path: &path, resources: None, bytes: page.len() });
    }
    Ok(Exit::Done)
}

/// Name and text of each page, the program's own first.
fn pages(program: clap::Command) -> Vec<(String, std::io::Result<Vec<u8>>)> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let mut all = Vec::new();
    collect(&program, program.get_name(), &mut all);
    all
}

fn collect(
    command: &clap::Command,
    name: &str,
    pages: &mut Vec<(String, std::io::Result<Vec<u8>>)>,
) {
    let mut text = Vec::new();
    // A date would make the pages of the same version differ.
    let page = clap_mangen::Man::new(command.clone()).title(name).date("");
    let drawn = page.render(&mut text);
    pages.push((format!("{name}.1"), drawn.map(|()| text)));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subcommand_has_a_page_with_its_options() {
        let all = pages(crate::args::command());
        let text = |name: &str| {
            let (_, page) = all.iter().find(|(n, _)| n == name).expect(name);
            String::from_utf8(page.as_ref().unwrap().clone()).unwrap()
        };
        let commands = crate::args::command();
        for sub in commands.get_subcommands() {
            let page = text(&format!("guardian-{}.1", sub.get_name()));
            assert!(page.contains(".SH NAME") && page.contains("\\-\\-json"), "{}", sub.get_name());
        }
        assert!(text("guardian.1").contains("Exit codes"));
        assert!(text("guardian-man.1").contains("\\-\\-out"));
    }
}
