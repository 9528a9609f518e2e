//! The README's comparison with CDK shows the stack that the example compiles, and keeps its length.

fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let comparison = readme.split_once("## Beside CDK").expect("the section is there").1;
    let block = comparison.split_once(&format!("```{language}\n")).expect("its block is there").1;
    block.split_once("```").expect("the block ends").0
}

fn characters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[test]
fn the_small_stack_is_within_three_lines_of_cdk() {
    let readme = include_str!("../README.md");
    let example = include_str!("../examples/scheduled-function.rs");
    let stack = example.split_once("// The stack:\n").unwrap().1;
    let stack = stack.split_once("    // Until here.").unwrap().0;
    let ours: String = stack.lines().map(|line| format!("{}\n", &line[4..])).collect();
    assert_eq!(block(readme, "rust,ignore"), ours, "the README shows what the example compiles");
    let cdk = block(readme, "ts");
    assert!(ours.lines().count() <= cdk.lines().count() + 3);
    assert!(characters(&ours) <= characters(cdk), "{} {}", characters(&ours), characters(cdk));
    assert!(ours.lines().all(|line| line.len() <= 100));
    for text in [&ours[..], cdk] {
        let said = format!("{} characters:", characters(text));
        assert!(readme.contains(&said), "the README has another number: {said}");
    }
}
