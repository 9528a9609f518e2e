//! The markers of required properties that are not set.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

missing! {
    acceleration_status access_tier action alarm_rule allowed_methods allowed_origins apply_on arn
    assume_role_policy_document attribute_name attribute_type bucket bucket_arn capacity_provider
    capacity_provider_arn code configuration_state cors_rules dashboard_body database days
    days_after_initiation destination detail_type dimensions distance_function enabled endpoint
    event event_bridge_enabled execution_timeout expiration flexible_time_window format function
    function_name function_version function_weight graph_ql_operation hash_key_element host_name id
    included_object_versions index_name input_format input_template job_definition job_name
    journal_table_configuration key key_schema lambda_managed_instances_capacity_provider_config
    local_mount_path message_group_id metric minutes mode name noncurrent_days output_schema_version
    owner partition_key partition_key_path period policy_document policy_name principal projection
    protocol provisioned_concurrent_executions qualifier queue queues read_capacity_units
    record_expiration redirect_rule replica_kms_key_id role role_arn rule rules run_command_targets
    s3_bucket s3_bucket_source s3_key s3_tables_destination schedule_expression schedule_frequency
    search_schema_element_type server_side_encryption_configuration size source sse_algorithm
    sse_enabled stat status storage_class storage_class_analysis stream_arn stream_view_type subnets
    table_bucket_arn table_bucket_type table_name target task_definition_arn template_url
    tenant_isolation_mode tierings time topic topic_arn topics transition_in_days type_
    update_runtime_on value values vector_attribute write_capacity_units
}
