//! How the board is looked at: the form of the HTML, its theme, its size and its search.

use crate::query::Query;
use crate::target::encode;

/// Which form the HTML has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// A page of a server: it refreshes itself by a script and can be searched.
    #[default]
    Page,
    /// A file: it refreshes itself by a `<meta>`, also without script.
    File,
    /// A page for a wall: header and worst alone, large, without controls and links.
    Kiosk,
    /// The fragment of a CloudWatch custom widget.
    Widget,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the viewer's system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Pixels that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Across.
    pub width: usize,
    /// Down.
    pub height: usize,
}

/// How the board is looked at.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Which form.
    pub mode: Mode,
    /// Light or dark.
    pub theme: Theme,
    /// Pixels, where they are known.
    pub size: Option<Size>,
    /// What is to be shown.
    pub filter: Query,
    /// Seconds from one board to the next; 30 if it is 0.
    pub refresh_s: u32,
}

impl View {
    /// The address of this page with another search. The theme stays.
    pub(super) fn address(&self, search: &str) -> String {
        let search = encode(search);
        match self.theme {
            Theme::Auto => format!("?q={search}"),
            _ => format!("?q={search}&theme={}", self.class()),
        }
    }

    /// The class of its theme.
    pub(super) fn class(&self) -> &'static str {
        match self.theme {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}
