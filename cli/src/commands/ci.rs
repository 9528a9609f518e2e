//! `guardian ci`: the workflow of a CI system, and the template of the roles that it takes on.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::synthesis::{LockArgs, Synthesis, synthesize};
use crate::ui::Ui;
use guardian_stack::ci::{self, GitHubIds, Host, Kit, Subject, Workflow};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// File of the template, next to guardian.yaml.
const TEMPLATE: &str = "guardian-ci.yaml";
/// The artifact bucket, as the deployer names it.
const BUCKET: &str = "guardian-artifacts-${AWS::AccountId}-${AWS::Region}";

/// Options of `ci`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The CI system
    #[command(subcommand)]
    pub system: System,
}

/// The CI system.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum System {
    /// Write the GitHub Actions workflow and the template of its roles
    Github(GithubOptions),
    /// Write the GitLab CI/CD jobs and the template of their roles
    Gitlab(GitlabOptions),
}

/// Options of both systems.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Repository that may assume the roles [default: from the remote `origin`]
    #[arg(long, value_name = "OWNER/NAME")]
    pub repository: Option<String>,
    /// Branch to deploy
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub branch: String,
    /// Environment of the deploy job, whose rules set the approvers and branches
    /// [default: the environment of guardian.yaml]
    #[arg(long, value_name = "NAME", conflicts_with = "no_environment")]
    pub environment: Option<String>,
    /// Trust the branch instead of an environment
    #[arg(long)]
    pub no_environment: bool,
    /// Also allow the deploy role to delete the stack
    #[arg(long)]
    pub destroy: bool,
    /// List machines and alarms by name: a new machine then needs a new policy
    #[arg(long)]
    pub exact: bool,
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
    /// Directory to write to; `-`: standard output [default: the root of the repository]
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Options of GitHub.
#[derive(Debug, Clone, clap::Args)]
pub struct GithubOptions {
    /// Id of the repository's owner, which tokens of repositories created since July 2026 name:
    /// `gh api repos/OWNER/NAME --jq .owner.id`
    #[arg(long, value_name = "NUMBER", requires = "repository_id")]
    pub owner_id: Option<u64>,
    /// Id of the repository: `gh api repos/OWNER/NAME --jq .id`
    #[arg(long, value_name = "NUMBER", requires = "owner_id")]
    pub repository_id: Option<u64>,
    /// What both systems have.
    #[command(flatten)]
    pub options: Options,
}

impl GithubOptions {
    fn ids(&self) -> Option<GitHubIds> {
        Some(GitHubIds { owner: self.owner_id?, repository: self.repository_id? })
    }
}

/// Options of GitLab.
#[derive(Debug, Clone, clap::Args)]
pub struct GitlabOptions {
    /// Address of the GitLab instance
    #[arg(long, value_name = "URL", default_value = "https://gitlab.com")]
    pub url: String,
    /// What both systems have.
    #[command(flatten)]
    pub options: Options,
}

/// A file that is written.
#[derive(Debug, PartialEq)]
struct File {
    path: PathBuf,
    text: String,
}

/// Writes or prints the workflow and the template.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let options = match &args.system {
        System::Github(github) => &github.options,
        System::Gitlab(gitlab) => &gitlab.options,
    };
    // CI deploys from the lock: the account is not read.
    let synthesis = synthesize(global, LockArgs { locked: true }, ui).await?;
    synthesis.warn(ui);
    // An empty path, which is here, has no absolute form.
    let dir = Path::new(".").join(&synthesis.project.dir);
    let dir = std::path::absolute(&dir).unwrap_or(dir);
    let root = root(&dir);
    let repository = match &options.repository {
        Some(name) => checked(name)?,
        None => origin(&dir)?,
    };
    let (files, kit) = made(&args.system, options, &repository, &synthesis, &dir, &root)?;
    if options.out.as_deref() == Some(Path::new("-")) {
        let texts: Vec<String> =
            files.iter().map(|f| format!("# {}\n{}", f.path.display(), f.text)).collect();
        ui.raw(texts.join("---\n").as_bytes());
        return Ok(exit(&kit));
    }
    let out = options.out.clone().unwrap_or(root);
    let there: Vec<String> = files
        .iter()
        .map(|file| out.join(&file.path))
        .filter(|path| path.exists())
        .map(|path| format!("`{}`", path.display()))
        .collect();
    if !there.is_empty() && !options.force {
        let verb = if there.len() == 1 { "exists" } else { "exist" };
        return Err(Failure::error(format!("{} already {verb}", there.join(" and ")))
            .help("nothing was written; give --force to write over, or -o DIR or `-o -`"));
    }
    for file in &files {
        let path = out.join(&file.path);
        files::write(&path, file.text.as_bytes())?;
        ui.emit(&Event::File { path: &path, resources: None, bytes: file.text.len() });
    }
    let boundary = ci::boundary_path(&synthesis.app.stack_name);
    ui.emit(&Event::Ci { permissions_boundary: &boundary, outside: &kit.unknown });
    if let System::Github(github) = &args.system {
        ui.say(&trusted(&repository, github.ids()));
    }
    ui.say(&next(&out.join(&files[1].path), &boundary, &synthesis, &kit));
    Ok(exit(&kit))
}

fn exit(kit: &Kit) -> Exit {
    if kit.unknown.is_empty() { Exit::Done } else { Exit::Warnings }
}

/// The workflow and the template.
fn made(
    system: &System,
    options: &Options,
    repository: &str,
    synthesis: &Synthesis,
    dir: &Path,
    root: &Path,
) -> Result<(Vec<File>, Kit), Failure> {
    let app = &synthesis.app;
    let Some(region) = &app.region else {
        return Err(Failure::invalid("CI has no profile to take the region from")
            .help("write `region:` into guardian.yaml, or give --region"));
    };
    let environment = match (&options.environment, options.no_environment) {
        (_, true) => None,
        (Some(name), _) => Some(name.clone()),
        (None, _) => Some(app.env.clone()),
    };
    let within = dir.strip_prefix(root).unwrap_or(Path::new(""));
    let config = within.join("guardian.yaml").to_string_lossy().replace('\\', "/");
    let workflow = Workflow {
        stack_name: &app.stack_name,
        env: &app.env,
        region,
        config: &config,
        branch: &options.branch,
        environment: environment.as_deref(),
    };
    let branch = options.branch.clone();
    let (path, text, host) = match system {
        System::Github(github) => (
            ".github/workflows/guardian.yml",
            ci::github(&workflow),
            Host::GitHub {
                repository: repository.to_owned(),
                ids: github.ids(),
                branch,
                environment: environment.clone(),
            },
        ),
        System::Gitlab(gitlab) => (
            ".gitlab-ci.yml",
            ci::gitlab(&workflow, &gitlab.url),
            Host::GitLab { url: gitlab.url.clone(), project: repository.to_owned(), branch },
        ),
    };
    let templates: Vec<&Value> =
        synthesis.templates.files().map(|(_, synth)| synth.value()).collect();
    let subject = Subject {
        templates: &templates,
        stack_name: &app.stack_name,
        bucket: BUCKET,
        exact: options.exact,
    };
    let kit = ci::kit(&subject, &host, options.destroy)
        .map_err(|error| Failure::from(Failure::invalid(error.to_string())))?;
    let files = vec![
        File { path: path.into(), text },
        File { path: within.join(TEMPLATE), text: kit.template.to_yaml() },
    ];
    Ok((files, kit))
}

/// Which form of GitHub's `sub` claim the roles trust.
fn trusted(repository: &str, ids: Option<GitHubIds>) -> String {
    match ids {
        Some(_) => {
            format!("the roles trust tokens of {repository}, by its name and by its name with ids")
        }
        None => format!(
            "the roles trust tokens of `repo:{repository}:…`; a repository created, renamed or \
             transferred since July 2026 sends `repo:OWNER@ID/NAME@ID:…`: then give --owner-id and \
             --repository-id (gh api repos/{repository} --jq '.owner.id, .id')"
        ),
    }
}

fn next(template: &Path, boundary: &str, synthesis: &Synthesis, kit: &Kit) -> String {
    let app = &synthesis.app;
    let mut text = format!(
        "\nNext:\n  aws cloudformation deploy --template-file {} --stack-name {} --capabilities \
         CAPABILITY_NAMED_IAM\n                      with the rights of an administrator;\n                      \
         give OidcProviderArn if the account has it\n",
        template.display(),
        ci::roles_stack(&app.stack_name),
    );
    if app.permissions_boundary.is_none() {
        text += &format!(
            "  guardian.yaml       add `permissions_boundary: {boundary}`: CI may create no role \
             without it\n"
        );
    }
    text += "  variables           set those that the head of the workflow names";
    for arn in &kit.unknown {
        text += &format!(
            "\nwarning: what {arn} allows is outside of the boundary; write the statements that the \
             machine needs under `policy`"
        );
    }
    text
}

/// The repository that a directory lies in, or itself.
fn root(dir: &Path) -> PathBuf {
    let found = dir.ancestors().find(|dir| dir.join(".git").exists());
    found.unwrap_or(dir).to_owned()
}

/// `OWNER/NAME` of the remote `origin`.
fn origin(dir: &Path) -> Result<String, Failure> {
    let asked = Command::new("git").args(["remote", "get-url", "origin"]).current_dir(dir).output();
    let url = asked.ok().filter(|out| out.status.success()).map(|out| out.stdout);
    url.and_then(|url| of_url(String::from_utf8_lossy(&url).trim())).ok_or_else(|| {
        Failure::say(Exit::Usage, "which repository may take on the roles is not known")
            .help("there is no remote `origin` to read it from; give --repository OWNER/NAME")
    })
}

/// `OWNER/NAME` from the address of a remote.
fn of_url(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        // `git@host:OWNER/NAME.git`; a path on this machine has no colon.
        None => url.split_once(':')?.1,
    };
    let name = rest.trim_matches('/');
    checked(name.strip_suffix(".git").unwrap_or(name)).ok()
}

/// A `*` would trust others, too; so a name has only what hosts take.
fn checked(name: &str) -> Result<String, Failure> {
    let fits = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    if name.split('/').count() >= 2 && name.split('/').all(fits) {
        return Ok(name.to_owned());
    }
    Err(Failure::say(Exit::Usage, format!("`{}` is not OWNER/NAME", name.escape_debug()))
        .help("such as `--repository acme/shop`; groups of GitLab may be nested"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_read_from_the_address_of_its_remote() {
        for url in [
            "https://github.com/acme/shop.git",
            "https://token@github.com/acme/shop",
            "git@github.com:acme/shop.git",
            "ssh://git@github.com/acme/shop.git/",
        ] {
            assert_eq!(of_url(url).as_deref(), Some("acme/shop"), "{url}");
        }
        assert_eq!(of_url("git@gitlab.com:a/b/c.git").as_deref(), Some("a/b/c"));
        assert_eq!(of_url("/srv/shop"), None);
        assert_eq!(of_url("https://github.com/*/x"), None);
    }

    #[test]
    fn a_repository_that_would_trust_others_is_refused() {
        for name in ["acme", "acme/*", "acme/", "", "a b/c", "acme/shop:ref"] {
            assert_eq!(checked(name).unwrap_err().exit, Exit::Usage, "{name}");
        }
    }
}
