//! Who may import whom: each module knows the layers below it, and no other edge of its own layer.

use std::fs;
use std::path::Path;

const L0: &[&str] = &["model"];
const L1: &[&str] = &[
    "gate",
    "schedule",
    "extract",
    "compare",
    "judge",
    "interpret",
    "address",
];
const L2: &[&str] = &["fetch", "archive", "store", "notify"];
const L3: &[&str] = &["pipeline"];

/// What the pure middle must not name: a clock, a file, a socket, a runtime.
const EDGES: &[&str] = &[
    "std::fs",
    "std::net::Tcp",
    "tokio",
    "reqwest",
    "sqlx",
    "::now()",
    "std::env",
    "Instant::",
    "SystemTime",
];

#[test]
fn a_module_imports_only_what_its_layer_allows() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        let allowed: Vec<&str> = match layer(&module) {
            0 => vec![],
            1 => L0.to_vec(),
            2 => [L0, L1].concat(),
            3 => [L0, L1, L2].concat(),
            _ => continue,
        };
        for import in imports(&text) {
            if import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{path}: imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_pure_middle_names_no_clock_file_socket_or_runtime() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        if layer(&module) > 1 {
            continue;
        }
        for edge in EDGES.iter().filter(|edge| text.contains(**edge)) {
            wrong.push(format!("{path}: names {edge}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_fetcher_makes_an_http_client() {
    let outside: Vec<String> = sources()
        .into_iter()
        .filter(|(module, _, text)| module != "fetch" && text.contains("reqwest::Client"))
        .map(|(_, path, _)| path)
        .collect();
    assert!(
        outside.is_empty(),
        "every connection goes through the gate: {outside:?}"
    );
}

#[test]
fn every_file_begins_with_a_sentence_on_its_job() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(_, _, text)| !text.starts_with("//! "))
        .map(|(_, path, _)| path)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

fn layer(module: &str) -> usize {
    let layers = [L0, L1, L2, L3];
    let at = layers.iter().position(|layer| layer.contains(&module));
    at.unwrap_or(layers.len())
}

/// Modules of ours that a text names by `crate::`.
fn imports(text: &str) -> Vec<String> {
    text.split("crate::")
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// Module, path and text without tests of every source file.
fn sources() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 20, "the sources are read");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, String, String)>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test(&path) {
            let relative = path.strip_prefix(root).unwrap().display().to_string();
            let module = relative.split(['/', '.']).next().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let body = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap()
                .to_owned();
            found.push((module, relative, body));
        }
    }
}

fn is_test(path: &Path) -> bool {
    let named = |name: &str| path.file_stem().is_some_and(|stem| stem == name);
    named("tests") || path.components().any(|part| part.as_os_str() == "tests")
}
