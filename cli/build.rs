//! Embeds the function's packages that `cargo xtask dist` made, so that the program deploys without
//! a compiler. A plain build embeds none, and knows the clone that it was built from instead.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A directory with `function-x86_64.zip`, `function-arm64.zip` or both.
const VARIABLE: &str = "GUARDIAN_EMBED";
/// File beside this one with the sums of a release's packages; only the published crate has it.
const SUMS: &str = "function.sha256";

fn main() {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let directory = env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let mut code = String::new();
    for (name, file) in [("X86_64", "function-x86_64.zip"), ("ARM64", "function-arm64.zip")] {
        let package = directory.as_ref().map(|directory| directory.join(file));
        let package = package.filter(|package| package.is_file());
        let value = match &package {
            Some(package) => {
                println!("cargo::rerun-if-changed={}", package.display());
                // Copied, so that the path of the source is always the same.
                fs::copy(package, out.join(file)).expect("the package can be copied");
                format!("Some(include_bytes!({file:?}))")
            }
            None => "None".to_owned(),
        };
        let _ = writeln!(code, "const {name}: Option<&[u8]> = {value};");
    }
    // With a package inside, nothing of the machine that built it is.
    let source = match &directory {
        Some(_) => "None".to_owned(),
        None => {
            let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
            format!("{:?}", Path::new(&manifest).parent().and_then(Path::to_str))
        }
    };
    // A release publishes the crate with the sums of its packages, so that a program without them can
    // download and verify them.
    println!("cargo::rerun-if-changed={SUMS}");
    let sums = fs::read_to_string(SUMS).ok();
    let _ = writeln!(code, "const SUMS: Option<&str> = {sums:?};");
    let _ = writeln!(code, "const SOURCE: Option<&str> = {source};");
    fs::write(out.join("embedded.rs"), code).expect("OUT_DIR can be written to");
}
