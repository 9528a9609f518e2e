//! The account that a command changes something in, shown before it does.

use crate::event::Event;
use crate::exit::Failure;
use crate::global::Global;
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_aws::session::profile;
use guardian_aws::{AwsError, ErrorKind};

/// Shows account, region, profile and role. An account that STS does not give, for lack of an
/// endpoint or a permission, is a note: every service is asked with the same credentials.
pub async fn announce(config: &SdkConfig, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let sts = aws_sdk_sts::Client::new(config);
    let answer = sts.get_caller_identity().send().await;
    let who = match answer.map_err(|e| AwsError::of("ask AWS whose credentials these are", &e)) {
        Ok(who) => who,
        Err(error) => {
            let known = [ErrorKind::Unreachable, ErrorKind::AccessDenied];
            if !known.contains(&error.kind()) {
                return Err(error.into());
            }
            ui.note(&format!("note: the account is not known: {error}"));
            return Ok(());
        }
    };
    let account = who.account.unwrap_or_default();
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let profile = profile(global.profile.as_deref());
    let role = global.assume_role.as_ref().map(|role| role.arn.as_str());
    ui.emit(&Event::Account {
        account: &account,
        region: &region,
        profile: profile.as_deref(),
        role,
        arn: who.arn.as_deref(),
    });
    Ok(())
}
