//! The work of `guardian synth` without its files, to count its instructions and its memory:
//!
//!     cargo build --release -p guardian-stack --example synth
//!     valgrind --tool=callgrind target/release/examples/synth [machines]
//!     /usr/bin/time -f '%M KiB' target/release/examples/synth [machines]
//!
//! Instructions are the same on a busy machine, as milliseconds are not.

use guardian_stack::config::{Config, Files, Overrides, Resolved};
use guardian_stack::templates::templates;
use std::collections::BTreeMap;
use std::error::Error;

const DEFINITION: &str = r#"{
  "StartAt": "How",
  "States": {
    "How": {
      "Type": "Choice",
      "Choices": [
        { "Variable": "$.how", "StringEquals": "fail", "Next": "Bad" },
        { "Variable": "$.how", "StringEquals": "go on", "Next": "Long" }
      ],
      "Default": "Good"
    },
    "Bad": { "Type": "Fail", "Error": "Bad" },
    "Long": { "Type": "Wait", "Seconds": 600, "Next": "Good" },
    "Good": { "Type": "Succeed" }
  }
}"#;

struct Definitions;

impl Files for Definitions {
    fn read(&self, relative: &str) -> Option<Result<String, String>> {
        let there = relative.ends_with(".json") && !relative.ends_with(".asl.json");
        there.then(|| Ok(DEFINITION.to_owned()))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(1_000), |count| count.parse())?;
    let list: String = (1..=count).map(|n| format!("    - machine-{n:04}\n")).collect();
    let text = format!("project: bench\nmachines:\n  managed:\n{list}");
    let config = Config::parse("guardian.yaml", &text)?;
    let Resolved { app, .. } = config.resolve(&Overrides::default(), &Definitions, None)?;
    let templates = templates(&app, &BTreeMap::new())?;
    // One text at a time, as they are written.
    let bytes: usize = templates.files().map(|(_, template)| template.to_yaml().len()).sum();
    println!("{count} machines: {} templates, {bytes} bytes", templates.files().count());
    Ok(())
}
