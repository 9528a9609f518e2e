//! The one writer of text that comes from AWS or from a viewer. Every such text goes through
//! [`Text`]; nothing else in this module's siblings writes one.

use crate::text::plain;
use maud::Render;

/// A text as it may stand in an element or in an attribute with either kind of quotes: control,
/// direction and zero-width characters are made visible, `& < > " '` are escaped.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, out: &mut String) {
        for c in plain(self.0).chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                other => out.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_an_element_or_an_attribute() {
        let text = Text("</a>'\"&\u{202e}\u{0}").render().into_string();
        assert_eq!(text, "&lt;/a&gt;&#39;&quot;&amp;\\u{202e}\\u{0}");
    }
}
