//! What a binary says of itself: whether it is for Linux, for which processor, and which C
//! library it needs. Nothing is run.

use super::Glibc;
use guardian_stack::app::Architecture;
use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, ProgramHeader};
use thiserror::Error;

/// A binary that Linux can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// Its processor.
    pub architecture: Architecture,
    /// How it is linked.
    pub linkage: Linkage,
    /// Whether it has debug information.
    pub debug_info: bool,
}

/// How a binary finds its C library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linkage {
    /// It has all that it needs.
    Static,
    /// It needs at least this glibc.
    Glibc(Glibc),
    /// A loader that is not glibc's, such as musl's.
    OtherLoader(String),
}

/// Why a file is no binary that Lambda can run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ElfError {
    /// The file is something else.
    #[error("it is {0}, not a Linux (ELF) binary")]
    NotElf(&'static str),
    /// A processor that Lambda does not have.
    #[error("it is built for a processor that Lambda does not have (ELF machine {0})")]
    Machine(u16),
    /// The file ends early or contradicts itself.
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl From<object::read::Error> for ElfError {
    fn from(error: object::read::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Reads what the binary says of itself.
pub fn inspect(data: &[u8]) -> Result<Binary, ElfError> {
    if !data.starts_with(b"\x7fELF") {
        return Err(ElfError::NotElf(kind(data)));
    }
    // The fifth byte: 1 is 32-bit, 2 is 64-bit.
    if data.get(4) == Some(&1) {
        return Err(ElfError::NotElf("a 32-bit binary"));
    }
    let header = elf::FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    let architecture = match header.e_machine(endian) {
        elf::EM_X86_64 => Architecture::X86_64,
        elf::EM_AARCH64 => Architecture::Arm64,
        other => return Err(ElfError::Machine(other.0)),
    };
    if !matches!(header.e_type(endian), elf::ET_EXEC | elf::ET_DYN) {
        return Err(ElfError::NotElf("an object file"));
    }
    let mut loader = None;
    for segment in header.program_headers(endian, data)? {
        if let Some(path) = segment.interpreter(endian, data)? {
            loader = Some(String::from_utf8_lossy(path).into_owned());
        }
    }
    let sections = header.sections(endian, data)?;
    let mut needed = None;
    if let Some((mut needs, link)) = sections.gnu_verneed(endian, data)? {
        let strings = sections.strings(endian, data, link)?;
        while let Some((_, mut versions)) = needs.next()? {
            while let Some(version) = versions.next()? {
                let name = String::from_utf8_lossy(version.name(endian, strings)?).into_owned();
                needed = needed.max(Glibc::of_symbol_version(&name));
            }
        }
    }
    let linkage = match (loader, needed) {
        (Some(loader), _) if !loader.contains("ld-linux") => Linkage::OtherLoader(loader),
        (_, Some(needed)) => Linkage::Glibc(needed),
        // Without version needs a binary takes any glibc.
        (Some(_), None) => Linkage::Glibc(Glibc { major: 2, minor: 0 }),
        (None, None) => Linkage::Static,
    };
    let debug_info = sections.section_by_name(endian, b".debug_info").is_some();
    Ok(Binary { architecture, linkage, debug_info })
}

/// What a file is that is no ELF, from its first bytes.
fn kind(data: &[u8]) -> &'static str {
    match data {
        [] => "empty",
        [b'#', b'!', ..] => "a script",
        [b'M', b'Z', ..] => "a Windows binary",
        [b'P', b'K', 3, 4, ..] => "a zip",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a macOS binary",
        _ => "something else",
    }
}

/// The architecture's name as Lambda and the configuration spell it.
pub fn architecture_name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    }
}

#[cfg(test)]
pub(super) mod fixture {
    //! The smallest ELF files that say what a test needs said.

    use super::elf;

    pub struct Elf {
        machine: u16,
        loader: Option<&'static str>,
        versions: Vec<&'static str>,
    }

    impl Elf {
        pub fn x86_64() -> Self {
            Self { machine: elf::EM_X86_64.0, loader: None, versions: Vec::new() }
        }

        pub fn arm64() -> Self {
            Self { machine: elf::EM_AARCH64.0, ..Self::x86_64() }
        }

        pub fn machine(machine: u16) -> Self {
            Self { machine, ..Self::x86_64() }
        }

        pub fn loaded_by(mut self, loader: &'static str) -> Self {
            self.loader = Some(loader);
            self
        }

        pub fn needing(mut self, versions: &[&'static str]) -> Self {
            self.versions = versions.to_vec();
            self.loaded_by("/lib64/ld-linux-x86-64.so.2")
        }

        /// Header, one PT_INTERP, then loader, strings, version needs and three section headers.
        pub fn build(&self) -> Vec<u8> {
            let loader = self.loader.map(|l| format!("{l}\0")).unwrap_or_default();
            let mut strings = b"\0libc.so.6\0".to_vec();
            let mut needs = Vec::new();
            if let Ok(count) = u16::try_from(self.versions.len()) {
                // Verneed: version 1, count, file name, first entry 16 on, no next.
                needs.extend([1u16.to_le_bytes(), count.to_le_bytes()].concat());
                needs.extend([1u32, 16, 0].map(u32::to_le_bytes).concat());
                for (i, version) in self.versions.iter().enumerate() {
                    let name = u32::try_from(strings.len()).unwrap();
                    let next = if i + 1 < self.versions.len() { 16 } else { 0 };
                    needs.extend([0u32, 0, name, next].map(u32::to_le_bytes).concat());
                    strings.extend([version.as_bytes(), b"\0"].concat());
                }
            }
            let segments = u16::from(self.loader.is_some());
            let sections = if self.versions.is_empty() { 0u16 } else { 3 };
            let loader_at = 64 + 56 * u64::from(segments);
            let strings_at = loader_at + loader.len() as u64;
            let needs_at = strings_at + strings.len() as u64;
            let sections_at = needs_at + needs.len() as u64;
            let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
            file.extend([elf::ET_DYN.0, self.machine].map(u16::to_le_bytes).concat());
            file.extend(1u32.to_le_bytes());
            let headers = if sections == 0 { 0 } else { sections_at };
            file.extend([0, 64, headers].map(u64::to_le_bytes).concat());
            file.extend(0u32.to_le_bytes());
            file.extend(
                [64, 56, segments, 64, sections, sections / 3].map(u16::to_le_bytes).concat(),
            );
            if segments == 1 {
                let size = loader.len() as u64;
                file.extend([3u32, 4].map(u32::to_le_bytes).concat());
                file.extend([loader_at, 0, 0, size, size, 1].map(u64::to_le_bytes).concat());
            }
            file.extend(loader.as_bytes());
            file.extend(&strings);
            file.extend(&needs);
            let mut section = |kind: u32, at: u64, size: u64, link: u32, info: u32| {
                file.extend([0u32, kind].map(u32::to_le_bytes).concat());
                file.extend([0u64, 0, at, size].map(u64::to_le_bytes).concat());
                file.extend([link, info].map(u32::to_le_bytes).concat());
                file.extend([1u64, 0].map(u64::to_le_bytes).concat());
            };
            if sections == 3 {
                section(0, 0, 0, 0, 0);
                section(3, strings_at, strings.len() as u64, 0, 0);
                section(0x6fff_fffe, needs_at, needs.len() as u64, 1, 1);
            }
            file
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::Elf;
    use super::*;

    #[test]
    fn the_highest_glibc_version_counts() {
        let binary = Elf::x86_64().needing(&["GLIBC_2.9", "GCC_3.0", "GLIBC_2.34", "GLIBC_2.4"]);
        let linkage = inspect(&binary.build()).unwrap().linkage;
        assert_eq!(linkage, Linkage::Glibc(Glibc { major: 2, minor: 34 }));
    }

    #[test]
    fn this_very_program_is_a_binary_for_this_processor() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let binary = inspect(&program).unwrap();
        let here =
            if cfg!(target_arch = "x86_64") { Architecture::X86_64 } else { Architecture::Arm64 };
        assert_eq!(binary.architecture, here);
        assert!(binary.debug_info);
        if cfg!(target_env = "gnu") {
            assert!(matches!(binary.linkage, Linkage::Glibc(v) if v.minor >= 2), "{binary:?}");
        }
    }

    #[test]
    fn what_is_no_binary_for_lambda_is_named() {
        assert_eq!(inspect(b""), Err(ElfError::NotElf("empty")));
        assert_eq!(inspect(b"#!/bin/sh\n"), Err(ElfError::NotElf("a script")));
        assert_eq!(inspect(b"\xcf\xfa\xed\xfe"), Err(ElfError::NotElf("a macOS binary")));
        assert_eq!(inspect(b"\x7fELF\x01\x01"), Err(ElfError::NotElf("a 32-bit binary")));
        let riscv = Elf::machine(243).build();
        assert_eq!(inspect(&riscv), Err(ElfError::Machine(243)));
    }

    #[test]
    fn a_file_cut_anywhere_is_damaged_and_never_a_panic() {
        let whole = Elf::x86_64().needing(&["GLIBC_2.34"]).build();
        for end in 0..whole.len() {
            assert!(inspect(&whole[..end]).is_err(), "cut at {end}");
        }
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 0xff;
            let _ = inspect(&broken);
        }
    }
}
