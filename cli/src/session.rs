//! The AWS connection of one command: where it works, and with whose credentials. Whether the
//! account is shown before a change is the command's choice.

use crate::artifacts::Artifacts;
use crate::deployment::stack_target;
use crate::event::Event;
use crate::exit::Failure;
use crate::global::Global;
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_aws::session::profile;
use guardian_aws::{AssumeRole, AwsError, ErrorKind};
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::{Stack, Stacks};
use tokio::sync::OnceCell;

/// The AWS connection of one command.
#[derive(Debug)]
pub struct Session {
    /// Region, credentials and endpoint.
    pub config: SdkConfig,
    profile: Option<String>,
    role: Option<String>,
    caller: OnceCell<Result<Caller, AwsError>>,
}

#[derive(Debug)]
struct Caller {
    account: String,
    arn: Option<String>,
}

impl Session {
    /// Opens a session in the region of the command line, else in this configured one.
    pub async fn open(global: &Global, configured: Option<&str>) -> Result<Self, Failure> {
        Ok(Self {
            config: guardian_aws::load(&global.target(configured)).await?,
            profile: profile(global.profile.as_deref()),
            role: global.assume_role.as_ref().map(|role| role.arn.clone()),
            caller: OnceCell::new(),
        })
    }

    /// The same credentials in another region.
    pub fn in_region(&self, region: &str) -> Self {
        let config = guardian_aws::in_region(&self.config, region);
        let (profile, role) = (self.profile.clone(), self.role.clone());
        Self { config, profile, role, caller: OnceCell::new() }
    }

    /// With the credentials of another role, which these credentials may assume.
    pub async fn assume(&self, role: &AssumeRole) -> Result<Self, Failure> {
        let config = guardian_aws::assume(self.config.clone(), role).await?;
        let (profile, role) = (self.profile.clone(), Some(role.arn.clone()));
        Ok(Self { config, profile, role, caller: OnceCell::new() })
    }

    /// Opens a session for a stack that need not have a project; also returns the stack's name.
    pub async fn for_stack(global: &Global) -> Result<(Self, String), Failure> {
        let (name, region) = stack_target(global)?;
        Ok((Self::open(global, region.as_deref()).await?, name))
    }

    /// The region; `guardian_aws::load` refuses a configuration without one.
    pub fn region(&self) -> String {
        self.config.region().map(ToString::to_string).unwrap_or_default()
    }

    /// CloudFormation in this account and region.
    pub fn stacks(&self) -> CloudFormation {
        CloudFormation::new(&self.config)
    }

    /// Account that the credentials belong to. STS is called once for each session.
    pub async fn account(&self) -> Result<&str, AwsError> {
        Ok(&self.caller().await?.account)
    }

    /// The artifact bucket of this account and region. It need not exist yet.
    pub async fn artifacts(&self) -> Result<Artifacts, AwsError> {
        Ok(Artifacts::in_account(&self.config, self.account().await?))
    }

    /// Shows account, region, profile and role. Where STS alone does not answer, as in a network with
    /// few endpoints, that is a note: it does not stop a recovery.
    pub async fn announce(&self, ui: &Ui) -> Result<(), Failure> {
        let caller = match self.caller().await {
            Ok(caller) => caller,
            Err(error) => {
                let all_fail = match error.kind() {
                    ErrorKind::InvalidCredentials | ErrorKind::ExpiredCredentials => true,
                    // All services are at the same endpoint.
                    ErrorKind::Unreachable => self.config.endpoint_url().is_some(),
                    _ => false,
                };
                if all_fail {
                    return Err(error.into());
                }
                ui.note(&format!("note: the account is not known: {error}"));
                return Ok(());
            }
        };
        ui.emit(&Event::Account {
            account: &caller.account,
            region: &self.region(),
            profile: self.profile.as_deref(),
            role: self.role.as_deref(),
            arn: caller.arn.as_deref(),
        });
        Ok(())
    }

    /// The stack with this name, for a command that has nothing to do without it.
    pub async fn deployed(&self, name: &str) -> Result<Stack, Failure> {
        let stack = self.stacks().stack(name).await?;
        stack.ok_or_else(|| {
            Failure::error(format!("stack `{name}` does not exist"))
                .help("deploy it: `guardian deploy`")
        })
    }

    /// ARN of the caller.
    pub async fn caller_arn(&self) -> Result<Option<&str>, AwsError> {
        Ok(self.caller().await?.arn.as_deref())
    }

    async fn caller(&self) -> Result<&Caller, AwsError> {
        let ask = || async {
            let sts = aws_sdk_sts::Client::new(&self.config);
            let answer = sts.get_caller_identity().send().await;
            let answer =
                answer.map_err(|e| AwsError::of("ask AWS whose credentials these are", &e))?;
            Ok(Caller { account: answer.account.unwrap_or_default(), arn: answer.arn })
        };
        self.caller.get_or_init(ask).await.as_ref().map_err(Clone::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_config::{BehaviorVersion, Region};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use guardian_tests::stub::{Reply, Stub};

    fn session(stub: &Stub) -> Session {
        let credentials = Credentials::new("test", "test", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(stub.endpoint())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Session { config, profile: None, role: None, caller: OnceCell::new() }
    }

    #[tokio::test]
    async fn a_session_asks_for_its_account_once() {
        let reply = |_: &_| Reply::query("GetCallerIdentity", "<Account>123456789012</Account>");
        let stub = Stub::serve(reply).unwrap();
        let session = session(&stub);
        assert_eq!(session.account().await.unwrap(), "123456789012");
        let bucket = session.artifacts().await.unwrap().bucket;
        assert_eq!(bucket, "guardian-artifacts-123456789012-eu-west-1");
        assert_eq!(stub.calls().len(), 1);
    }
}
