//! The workflow for GitHub Actions.

/// What a workflow is written for.
#[derive(Debug, Clone, Copy)]
pub struct Workflow<'a> {
    /// Name of the stack.
    pub stack_name: &'a str,
    /// Environment of guardian.yaml.
    pub env: &'a str,
    /// Region of the stack.
    pub region: &'a str,
    /// Path of guardian.yaml from the repository's root.
    pub config: &'a str,
    /// The branch that is deployed.
    pub branch: &'a str,
    /// The host's environment of the job that deploys.
    pub environment: Option<&'a str>,
}

/// The text of `.github/workflows/guardian.yml`.
pub fn github(workflow: &Workflow<'_>) -> String {
    let environment = workflow
        .environment
        .map(|name| format!("\n    environment: {}", quoted(name)))
        .unwrap_or_default();
    TEXT.replace("@INSTALL@\n", INSTALL)
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@ENVIRONMENT@", &environment)
        .replace("@STACK@", workflow.stack_name)
        .replace("@ENV@", &quoted(workflow.env))
        .replace("@REGION@", &quoted(workflow.region))
        .replace("@CONFIG@", &quoted(workflow.config))
        .replace("@BRANCH@", &quoted(workflow.branch))
}

/// A text in double quotes, as YAML and JSON both read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const TEXT: &str = r###"# Written by `guardian ci github`.
#
# Before the first run, set these variables of the repository (Settings, Secrets and variables,
# Actions, Variables); none of them is a secret:
#   GUARDIAN_RELEASES     where the releases are: https://github.com/OWNER/NAME/releases/download, or
#                         a mirror of it
#   GUARDIAN_VERSION      the release that you use, such as @VERSION@
#   GUARDIAN_SHA256       SHA-256 of its archive for the runner, from SHA256SUMS of the release
#   GUARDIAN_PLAN_ROLE    output PlanRoleArn of the stack with the CI roles
#   GUARDIAN_PREPARE_ROLE output PrepareRoleArn of the same
#   GUARDIAN_DEPLOY_ROLE  output DeployRoleArn of the same
name: guardian

on:
  pull_request:
    branches: [@BRANCH@]
  push:
    branches: [@BRANCH@]

# Each job asks for what it needs.
permissions: {}

env:
  GUARDIAN_ENV: @ENV@
  GUARDIAN_CONFIG: @CONFIG@
  AWS_REGION: @REGION@

jobs:
  # What a pull request would change. Nothing of it stays.
  plan:
    # GitHub gives no token to a pull request from a fork.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    concurrency:
      # A newer commit of a pull request makes the plan of the older one idle.
      group: guardian-plan-@STACK@-${{ github.ref }}
      cancel-in-progress: true
    steps:
@INSTALL@
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: ${{ vars.GUARDIAN_PLAN_ROLE }}
          aws-region: ${{ env.AWS_REGION }}
      - name: Plan
        shell: bash
        run: guardian plan --config "$GUARDIAN_CONFIG" --locked

  # What the branch would change, kept to be approved.
  prepare:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    concurrency:
      # One after the other: a newer plan takes the place of the one before.
      group: guardian-prepare-@STACK@
      cancel-in-progress: false
    outputs:
      changes: ${{ steps.plan.outputs.changes }}
    steps:
@INSTALL@
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: ${{ vars.GUARDIAN_PREPARE_ROLE }}
          aws-region: ${{ env.AWS_REGION }}
      - name: Plan
        id: plan
        shell: bash
        run: |
          guardian package --config "$GUARDIAN_CONFIG" -o function.zip
          # 2 says that there is something to deploy.
          guardian plan --config "$GUARDIAN_CONFIG" --locked --wait --exit-code --package function.zip -o plan.json && status=0 || status=$?
          case "$status" in
            0) ;;
            2) echo "changes=true" >> "$GITHUB_OUTPUT" ;;
            *) exit "$status" ;;
          esac
      - name: Hand the plan to the deploy
        uses: actions/upload-artifact@v4
        with:
          name: guardian-plan
          path: |
            plan.json
            function.zip
          overwrite: true

  # Exactly what was planned, once it is approved.
  deploy:
    needs: prepare
    if: needs.prepare.outputs.changes == 'true'
    runs-on: ubuntu-latest@ENVIRONMENT@
    permissions:
      contents: read
      id-token: write
    concurrency:
      # One deploy after the other; one that runs is never cut off.
      group: guardian-@STACK@
      cancel-in-progress: false
    steps:
@INSTALL@
      - uses: actions/download-artifact@v4
        with:
          name: guardian-plan
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: ${{ vars.GUARDIAN_DEPLOY_ROLE }}
          aws-region: ${{ env.AWS_REGION }}
      - name: Deploy
        shell: bash
        run: |
          set -o pipefail
          guardian deploy --config "$GUARDIAN_CONFIG" --locked --plan plan.json --package function.zip --json | tee deploy.ndjson && status=0 || status=$?
          if [ "$status" -eq 6 ]; then
            echo "::error title=The plan is stale::Nothing was deployed. Choose \"Re-run all jobs\": a new plan is made, and waits to be approved"
          fi
          exit "$status"
      - name: Keep the record of the deploy
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: guardian-deploy
          path: deploy.ndjson
          if-no-files-found: ignore
          overwrite: true
"###;

/// A release of Guardian, pinned by its checksum: nothing is compiled.
const INSTALL: &str = r###"      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - name: Install Guardian
        shell: bash
        env:
          RELEASES: ${{ vars.GUARDIAN_RELEASES }}
          VERSION: ${{ vars.GUARDIAN_VERSION }}
          SHA256: ${{ vars.GUARDIAN_SHA256 }}
        run: |
          name="guardian-$VERSION-$(uname -m)-unknown-linux-gnu"
          curl --fail --silent --show-error --location --retry 3 --output "$RUNNER_TEMP/guardian.tar.gz" "$RELEASES/v$VERSION/$name.tar.gz"
          echo "$SHA256  $RUNNER_TEMP/guardian.tar.gz" | sha256sum --check --quiet
          mkdir "$RUNNER_TEMP/guardian"
          tar -xzf "$RUNNER_TEMP/guardian.tar.gz" -C "$RUNNER_TEMP/guardian" --strip-components 1
          echo "$RUNNER_TEMP/guardian" >> "$GITHUB_PATH"
"###;
