//! A function from a bucket that runs every three hours, with an alarm on its errors. The README has
//! the same stack in CDK's TypeScript beside it; a test counts the lines of both.

use guardian_cfn::cloudwatch::ComparisonOperator::GreaterThanThreshold;
use guardian_cfn::cloudwatch::TreatMissingData::NotBreaching;
use guardian_cfn::lambda::function::Architecture::Arm64;
use guardian_cfn::{SynthErrors, Template, events, iam, lambda};

fn main() -> Result<(), SynthErrors> {
    let mut t = Template::new();
    let role = t.add("JobRole", iam::Role::of_service("lambda.amazonaws.com"));
    stack(&mut t, &role);
    println!("{}", t.synth()?.to_yaml());
    Ok(())
}

#[rustfmt::skip] // Wrapped at 100 characters, as the TypeScript is.
fn stack(t: &mut Template, role: &guardian_cfn::Id<iam::Role>) {
    // The stack:
    let job = t.add("Job", lambda::Function::new()
        .code(lambda::Code::new().s3_bucket("artifacts").s3_key("job.zip")).role(role.arn())
        .runtime("provided.al2023").handler("bootstrap").architectures([Arm64])
        .memory_size(256).timeout(30));
    let rule = events::Rule::new().schedule_expression("cron(0 */3 * * ? *)");
    t.rule_to_function("Schedule", rule, &job, |target| target.input(r#"{"trigger":"cron"}"#));
    t.add("Errors", job.metric("Errors").alarm(GreaterThanThreshold, 0.0)
        .treat_missing_data(NotBreaching));
    // Until here.
}
