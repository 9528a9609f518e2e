//! What the widget answers to `{"describe": true}`: Markdown that the CloudWatch console shows.

use crate::query::IS;

/// The widget's documentation.
pub fn describe() -> String {
    let words: Vec<String> = IS.iter().map(|word| format!("`is:{word}`")).collect();
    format!(
        "## Guardian's board\n\n\
         The state machines of this deployment, the worst first: counts, causes that several \
         machines share, the worst machines with a link to the failed run, groups, one tile a \
         machine. It reads the state table and changes nothing; it has links and no actions.\n\n\
         ### Parameters\n\n\
         | parameter | what |\n|---|---|\n\
         | `q` | search, for example `is:bad group:billing -charge` |\n\
         | `theme` | `auto`, `light` or `dark`; by default the dashboard's |\n\n\
         ### Search\n\n\
         Words are parts of a machine's key or group. `group:billing`, `error:Timeout`; a `-` in \
         front negates. States: {}.\n\n\
         ### Example\n\n\
         ``` yaml\nq: is:bad\n```\n",
        words.join(", ")
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_widget_describes_its_parameters() {
        insta::assert_snapshot!(super::describe());
    }
}
