//! Versions of the C library, as binaries name the symbols that they need.

use std::fmt;

/// A version of glibc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glibc {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
}

impl Glibc {
    /// From a symbol version such as `GLIBC_2.34` or `GLIBC_2.2.5`; none for those of other
    /// libraries (`GCC_3.0`) and for those that say no number (`GLIBC_PRIVATE`).
    pub fn of_symbol_version(name: &str) -> Option<Self> {
        // Relative relocations packed by the linker: a loader before 2.36 cannot read them.
        if name == "GLIBC_ABI_DT_RELR" {
            return Some(Self { major: 2, minor: 36 });
        }
        let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
        match (numbers.next()?, numbers.next()?) {
            (Ok(major), Ok(minor)) => Some(Self { major, minor }),
            _ => None,
        }
    }
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let version = |name| Glibc::of_symbol_version(name).unwrap();
        assert!(version("GLIBC_2.4") < version("GLIBC_2.34"));
        assert!(version("GLIBC_2.2.5") < version("GLIBC_2.17"));
        assert!(version("GLIBC_ABI_DT_RELR") > version("GLIBC_2.34"));
        assert_eq!(version("GLIBC_2.34").to_string(), "2.34");
        for other in ["GCC_3.0", "GLIBC_PRIVATE", "GLIBC_", "GLIBC_2.x", ""] {
            assert_eq!(Glibc::of_symbol_version(other), None, "{other}");
        }
    }
}
