//! The jobs for GitLab CI/CD.

use super::github::{Workflow, quoted};

/// The text of `.gitlab-ci.yml`, or of a file that one includes. `url` is the address of the
/// GitLab, which AWS expects as the audience of its tokens.
pub fn gitlab(workflow: &Workflow<'_>, url: &str) -> String {
    let environment = workflow
        .environment
        .map(|name| format!("\n  environment: {}", quoted(name)))
        .unwrap_or_default();
    // A user with permission to deploy to the environment starts the job; without one it starts at
    // once.
    let manual = match workflow.environment {
        Some(_) => "\n      when: manual\n      allow_failure: false",
        None => "",
    };
    TEXT.replace("@ENVIRONMENT@", &environment)
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@MANUAL@", manual)
        .replace("@STACK@", workflow.stack_name)
        .replace("@ENV@", &quoted(workflow.env))
        .replace("@REGION@", &quoted(workflow.region))
        .replace("@CONFIG@", &quoted(workflow.config))
        .replace("@BRANCH@", &quoted(workflow.branch))
        .replace("@AUDIENCE@", &quoted(url.trim_end_matches('/')))
}

const TEXT: &str = r###"# Written by `guardian ci gitlab`.
#
# Before the first run, set these variables of the project (Settings, CI/CD, Variables); none of
# them is a secret:
#   GUARDIAN_RELEASES     where the releases are: https://github.com/OWNER/NAME/releases/download, or
#                         a mirror of it
#   GUARDIAN_VERSION      the release that you use, such as @VERSION@
#   GUARDIAN_SHA256       SHA-256 of its archive for the runner, from SHA256SUMS of the release
#   GUARDIAN_PLAN_ROLE    output PlanRoleArn of the stack with the CI roles
#   GUARDIAN_PREPARE_ROLE output PrepareRoleArn of the same
#   GUARDIAN_DEPLOY_ROLE  output DeployRoleArn of the same

.guardian:
  image: buildpack-deps:stable-curl
  id_tokens:
    AWS_TOKEN:
      aud: @AUDIENCE@
  variables:
    GUARDIAN_ENV: @ENV@
    GUARDIAN_CONFIG: @CONFIG@
    AWS_REGION: @REGION@
    AWS_WEB_IDENTITY_TOKEN_FILE: $CI_PROJECT_DIR/.aws-token
    AWS_ROLE_SESSION_NAME: gitlab-$CI_PROJECT_ID-$CI_PIPELINE_ID
  before_script:
    - name="guardian-$GUARDIAN_VERSION-$(uname -m)-unknown-linux-gnu"
    - curl --fail --silent --show-error --location --retry 3 --output /tmp/guardian.tar.gz "$GUARDIAN_RELEASES/v$GUARDIAN_VERSION/$name.tar.gz"
    - echo "$GUARDIAN_SHA256  /tmp/guardian.tar.gz" | sha256sum --check --quiet
    - tar -xzf /tmp/guardian.tar.gz -C /usr/local/bin --strip-components 1 "$name/guardian"
    - umask 077 && printf '%s' "$AWS_TOKEN" > .aws-token
  after_script:
    - rm -f .aws-token

# What a merge request would change. Nothing of it stays.
guardian-plan:
  extends: .guardian
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == @BRANCH@
  interruptible: true
  script:
    - export AWS_ROLE_ARN="$GUARDIAN_PLAN_ROLE"
    - guardian plan --config "$GUARDIAN_CONFIG" --locked

# What the branch would change, kept to be approved.
guardian-prepare:
  extends: .guardian
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == @BRANCH@
  # One after the other: a newer plan takes the place of the one before.
  resource_group: guardian-prepare-@STACK@
  script:
    - export AWS_ROLE_ARN="$GUARDIAN_PREPARE_ROLE"
    - guardian package --config "$GUARDIAN_CONFIG" -o function.zip
    - guardian plan --config "$GUARDIAN_CONFIG" --locked --wait --package function.zip -o plan.json
  artifacts:
    paths: [plan.json, function.zip]
    expire_in: 30 days

# Exactly what was planned, once it is approved.
guardian-deploy:
  extends: .guardian
  stage: deploy
  needs: [guardian-prepare]
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == @BRANCH@@MANUAL@
  # One deploy after the other; one that runs is never cut off.
  resource_group: guardian-@STACK@
  interruptible: false@ENVIRONMENT@
  script:
    - export AWS_ROLE_ARN="$GUARDIAN_DEPLOY_ROLE"
    - |
      guardian deploy --config "$GUARDIAN_CONFIG" --locked --plan plan.json --package function.zip --json | tee deploy.ndjson; status="${PIPESTATUS[0]}"
      if [ "$status" -eq 6 ]; then
        echo "The plan is stale, and nothing was deployed. Run a new pipeline of the branch: it makes a new plan"
      fi
      exit "$status"
  artifacts:
    when: always
    paths: [deploy.ndjson]
"###;
