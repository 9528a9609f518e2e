//! Import cycles between the files of a crate, found in the text of its paths. It reads no types:
//! a method call is not an import.

use std::collections::{BTreeMap, BTreeSet};

/// A source file, with the paths that it writes.
pub struct Module {
    file: String,
    /// `["board", "read"]` for `board/read.rs`.
    path: Vec<String>,
    /// Names that the file defines itself.
    defines: BTreeSet<String>,
    /// Paths as written, with the first segment expanded if a `use` brings it in.
    paths: Vec<Vec<String>>,
}

/// The files that each file imports from.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

impl Module {
    /// Reads a file, named from `src`. None for the crate's root, which nothing in the crate imports.
    pub fn new(file: &str, text: &str) -> Option<Self> {
        let mut path: Vec<String> =
            file.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
        path.pop_if(|last| last == "mod");
        if path.is_empty() || path == ["lib"] || path == ["main"] {
            return None;
        }
        let tokens = without_tests(tokens(text));
        let (defines, paths) = (definitions(&tokens), paths(&tokens));
        Some(Self { file: file.to_owned(), path, defines, paths })
    }

    /// The file's name, from `src`.
    pub fn file(&self) -> &str {
        &self.file
    }
}

/// Which file imports from which. A name that a module only re-exports counts as its child's; a
/// module that is imported as a namespace counts where one of its names is used.
pub fn imports(modules: &[Module]) -> Graph {
    let by_path: BTreeMap<&[String], &Module> =
        modules.iter().map(|m| (m.path.as_slice(), m)).collect();
    let mut graph = Graph::new();
    for module in modules {
        let targets = module.paths.iter().filter_map(|path| target(module, path, &by_path));
        let files = targets.filter(|to| to.file != module.file).map(|to| to.file.clone());
        graph.insert(module.file.clone(), files.collect());
    }
    graph
}

/// The module that defines what a path names.
fn target<'a>(
    from: &Module,
    path: &[String],
    modules: &BTreeMap<&'a [String], &'a Module>,
) -> Option<&'a Module> {
    let supers = path.iter().take_while(|segment| *segment == "super").count();
    let base = match path.first()?.as_str() {
        "crate" => &[],
        "super" => from.path.get(..from.path.len().checked_sub(supers)?)?,
        _ => from.path.as_slice(),
    };
    let keyword = matches!(path[0].as_str(), "crate" | "self");
    let full = [base, &path[supers.max(usize::from(keyword))..]].concat();
    if !keyword && supers == 0 && !modules.contains_key(&full[..=base.len()]) {
        return None;
    }
    let depth = (1..=full.len()).rev().find(|&depth| modules.contains_key(&full[..depth]))?;
    let (module, name) = (modules[&full[..depth]], full.get(depth)?);
    if module.defines.contains(name) {
        return Some(module);
    }
    let mut inner = modules.iter().filter(|(path, inner)| {
        path.len() > depth && path.starts_with(&module.path) && inner.defines.contains(name)
    });
    match (inner.next(), inner.next()) {
        (Some((_, only)), None) => Some(only),
        _ => Some(module),
    }
}

/// The sets of files that import each other, directly or through others.
pub fn cycles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        graph.keys().map(|file| (file, reachable(graph, file))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (file, to) in &reached {
        let cycle: BTreeSet<String> = to
            .iter()
            .filter(|other| reached.get(**other).is_some_and(|back| back.contains(*file)))
            .map(|other| (*other).clone())
            .collect();
        if cycle.len() > 1 && !found.contains(&cycle) {
            found.push(cycle);
        }
    }
    found
}

fn reachable<'a>(graph: &'a Graph, from: &'a String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        next.extend(graph.get(file).into_iter().flatten().filter(|to| reached.insert(*to)));
    }
    reached
}

/// Identifiers, `::` and single characters; comments, strings, characters and lifetimes left out.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character_or_lifetime(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else {
            let token = if rest.starts_with("::") { "::" } else { &rest[..first.len_utf8()] };
            if !first.is_whitespace() {
                tokens.push(token.to_owned());
            }
            token.len()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a raw string at the beginning of `text`.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].strip_prefix('"')?;
    let begin = text.len() - after.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text[begin..].find(&end).map_or(text.len(), |at| begin + at + end.len()))
}

/// The length of the quoted string at the beginning of `text`.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `'a'`, `'\n'` or, of the lifetime `'a`, of its quote alone.
fn character_or_lifetime(text: &str) -> usize {
    let inner: Vec<(usize, char)> = text.char_indices().skip(1).take(2).collect();
    match inner[..] {
        [(_, '\\'), (at, escaped)] => {
            let after = at + escaped.len_utf8();
            text[after..].find('\'').map_or(text.len(), |end| after + end + 1)
        }
        [_, (at, '\'')] => at + 1,
        _ => 1,
    }
}

/// Leaves out each item under `#[cfg(test)]`.
fn without_tests(tokens: Vec<String>) -> Vec<String> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if rest.len() > TEST.len() && rest.iter().zip(TEST).all(|(token, test)| token == test) {
            rest = &rest[TEST.len()..];
            rest = &rest[item(rest)..];
        } else {
            kept.push(first.clone());
            rest = after;
        }
    }
    kept
}

/// The number of tokens of the item at the beginning: to its `;`, or to the end of its braces.
fn item(tokens: &[String]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(token.as_str(), ";" | "}") {
            return at + 1;
        }
    }
    tokens.len()
}

fn definitions(tokens: &[String]) -> BTreeSet<String> {
    const KEYWORDS: [&str; 7] = ["fn", "struct", "enum", "trait", "type", "const", "static"];
    let pairs = tokens.windows(2).filter(|pair| KEYWORDS.contains(&pair[0].as_str()));
    let macros = tokens.windows(3).filter(|three| three[0] == "macro_rules");
    pairs.map(|pair| pair[1].clone()).chain(macros.map(|three| three[2].clone())).collect()
}

/// All paths of two segments or more, those of `use` taken apart.
fn paths(tokens: &[String]) -> Vec<Vec<String>> {
    let mut imported: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut written = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at] == "use" {
            at = tree(tokens, at + 1, &[], &mut imported);
            continue;
        }
        let mut path = Vec::new();
        while is_name(tokens.get(at)) {
            path.push(tokens[at].clone());
            at += 1;
            if tokens.get(at).is_none_or(|t| t != "::") || !is_name(tokens.get(at + 1)) {
                break;
            }
            at += 1;
        }
        if path.len() > 1 {
            written.push(path);
        } else if path.is_empty() {
            at += 1;
        }
    }
    for path in &mut written {
        if let Some(whole) = imported.get(&path[0]) {
            path.splice(..1, whole.iter().cloned());
        }
    }
    written.extend(imported.into_values());
    written
}

fn is_name(token: Option<&String>) -> bool {
    token.is_some_and(|t| t.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// Reads one tree of a `use` and returns the position after it. `imported` gets each name with its
/// path; what a `*` brings in is named by the `*`.
fn tree(
    tokens: &[String],
    mut at: usize,
    prefix: &[String],
    imported: &mut BTreeMap<String, Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    let mut name = None;
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "::" => {}
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|t| t != "}") {
                    at = tree(tokens, at, &path, imported);
                    at += usize::from(tokens.get(at).is_some_and(|t| t == ","));
                }
                return at + 1;
            }
            "as" => {
                name = tokens.get(at + 1).cloned();
                at += 1;
            }
            "self" if !path.is_empty() => {}
            "*" => {
                name = Some(format!("{}::*", path.join("::")));
                path.push("*".to_owned());
            }
            _ if is_name(Some(token)) => path.push(token.clone()),
            _ => break,
        }
        at += 1;
    }
    if let Some(name) = name.or_else(|| path.last().cloned()) {
        imported.insert(if name == "_" { path.join("::") } else { name }, path);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(files: &[(&str, &str)]) -> Graph {
        let modules: Vec<Module> =
            files.iter().filter_map(|(file, text)| Module::new(file, text)).collect();
        imports(&modules)
    }

    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        cycles(&graph(files)).into_iter().map(|cycle| cycle.into_iter().collect()).collect()
    }

    #[test]
    fn a_cycle_through_three_files_is_found() {
        let files = [
            ("a.rs", "use crate::b::{self, B}; pub struct A;"),
            ("b.rs", "use super::c; pub struct B; fn f() { c::run() }"),
            ("c.rs", "pub fn run() { let _: Option<crate::a::A> = None; }"),
            ("d.rs", "use crate::a::A; pub struct D;"),
        ];
        assert_eq!(found(&files), [["a.rs", "b.rs", "c.rs"]]);
    }

    #[test]
    fn a_parent_that_names_and_re_exports_its_child_is_no_cycle() {
        let files = [
            ("board/mod.rs", "mod read;\npub use read::rows;\npub struct Board;"),
            ("board/read.rs", "pub fn rows() {}"),
            ("status.rs", "use crate::board::{Board, rows};"),
        ];
        assert_eq!(found(&files), [[""; 0]; 0]);
        assert_eq!(
            graph(&files)["status.rs"],
            ["board/mod.rs", "board/read.rs"].map(str::to_owned).into()
        );
    }

    #[test]
    fn a_child_that_uses_its_parent_is_a_cycle_if_the_parent_uses_the_child() {
        let files = [
            ("board.rs", "mod read; pub struct Board; fn f() { read::read(); }"),
            ("board/read.rs", "use super::Board; pub fn read() {}"),
        ];
        assert_eq!(found(&files), [["board.rs", "board/read.rs"]]);
    }

    #[test]
    fn a_namespace_that_is_only_imported_does_not_count() {
        let files = [("a.rs", "use crate::b;"), ("b.rs", "use crate::a::A;")];
        assert!(graph(&files)["a.rs"].is_empty());
    }

    #[test]
    fn tests_comments_and_strings_do_not_count() {
        let text = "// crate::b::B\n/* crate::b::B */ const S: &str = \"crate::b::\\\"B\";\n\
                    const R: &str = r#\"crate::b::B\"#; const C: char = '\"'; fn f<'a>(_: &'a str) {}\n\
                    #[cfg(test)]\nmod tests { use crate::b::B; }\nuse crate::c::C;";
        let files = [("a.rs", text), ("b.rs", "pub struct B;"), ("c.rs", "pub struct C;")];
        assert_eq!(graph(&files)["a.rs"], ["c.rs".to_owned()].into());
    }

    #[test]
    fn other_names_and_every_name_of_a_module_count() {
        let files = [
            ("a.rs", "use crate::b as other; fn f() { other::g(); }"),
            ("b.rs", "use super::c::*; pub fn g() {}"),
            ("c.rs", "pub use std::fmt::Write as _;"),
        ];
        let graph = graph(&files);
        assert_eq!(graph["a.rs"], ["b.rs".to_owned()].into());
        assert_eq!(graph["b.rs"], ["c.rs".to_owned()].into());
    }
}
