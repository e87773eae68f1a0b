BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('dc11669786a5');
CREATE TABLE "assessments" (
	assessment_id VARCHAR(50) NOT NULL, 
	trace_id VARCHAR(50) NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	assessment_type VARCHAR(20) NOT NULL, 
	value TEXT NOT NULL, 
	error TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id VARCHAR(250), 
	run_id VARCHAR(32), 
	span_id VARCHAR(50), 
	rationale TEXT, 
	overrides VARCHAR(50), 
	valid BOOLEAN NOT NULL, 
	assessment_metadata TEXT, 
	experiment_id INTEGER, 
	trace_timestamp_ms BIGINT, 
	aggregate_value FLOAT, 
	is_numeric_value BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT assessments_pk PRIMARY KEY (assessment_id), 
	CONSTRAINT fk_assessments_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE budget_policies (
	budget_policy_id VARCHAR(36) NOT NULL, 
	budget_unit VARCHAR(32) NOT NULL, 
	budget_amount FLOAT NOT NULL, 
	duration_unit VARCHAR(32) NOT NULL, 
	duration_value INTEGER NOT NULL, 
	target_scope VARCHAR(32) NOT NULL, 
	budget_action VARCHAR(32) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, target_value VARCHAR(255), 
	CONSTRAINT budget_policies_pk PRIMARY KEY (budget_policy_id)
);
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('f6bd48986fd24a4b80fec3bc36700a88',1,'potstill_digits','550ec22afb4a521927d7599b4adc2f823113','tensorflow_datasets','potstill_digits',NULL,'{"examples": 1074}');
CREATE TABLE endpoint_bindings (
	endpoint_id VARCHAR(36) NOT NULL, 
	resource_type VARCHAR(50) NOT NULL, 
	resource_id VARCHAR(255) NOT NULL, 
	created_at BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), display_name VARCHAR(255), 
	CONSTRAINT endpoint_bindings_pk PRIMARY KEY (endpoint_id, resource_type, resource_id), 
	CONSTRAINT fk_endpoint_bindings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE endpoint_model_mappings (
	mapping_id VARCHAR(36) NOT NULL, 
	endpoint_id VARCHAR(36) NOT NULL, 
	model_definition_id VARCHAR(36) NOT NULL, 
	weight FLOAT NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, linkage_type VARCHAR(64) DEFAULT 'PRIMARY' NOT NULL, fallback_order INTEGER, 
	CONSTRAINT endpoint_model_mappings_pk PRIMARY KEY (mapping_id), 
	CONSTRAINT fk_endpoint_model_mappings_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_endpoint_model_mappings_model_definition_id FOREIGN KEY(model_definition_id) REFERENCES model_definitions (model_definition_id)
);
CREATE TABLE endpoint_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	endpoint_id VARCHAR(36) NOT NULL, 
	CONSTRAINT endpoint_tag_pk PRIMARY KEY ("key", endpoint_id), 
	CONSTRAINT fk_endpoint_tags_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE
);
CREATE TABLE "endpoints" (
	endpoint_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	routing_strategy VARCHAR(64), 
	fallback_config_json TEXT, 
	experiment_id INTEGER, 
	usage_tracking BOOLEAN DEFAULT '0' NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT endpoints_pk PRIMARY KEY (endpoint_id), 
	CONSTRAINT fk_endpoints_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE SET NULL, 
	CONSTRAINT uq_endpoints_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE entity_associations (
	association_id VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, 
	created_time BIGINT, 
	CONSTRAINT entity_associations_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
CREATE TABLE "evaluation_dataset_records" (
	dataset_record_id VARCHAR(36) NOT NULL, 
	dataset_id VARCHAR(36) NOT NULL, 
	inputs JSON NOT NULL, 
	expectations JSON, 
	tags JSON, 
	source JSON, 
	source_id VARCHAR(36), 
	source_type VARCHAR(255), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	input_hash VARCHAR(64) NOT NULL, outputs JSON, 
	CONSTRAINT evaluation_dataset_records_pk PRIMARY KEY (dataset_record_id), 
	CONSTRAINT fk_evaluation_dataset_records_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE, 
	CONSTRAINT unique_dataset_input UNIQUE (dataset_id, input_hash)
);
CREATE TABLE evaluation_dataset_tags (
	dataset_id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT evaluation_dataset_tags_pk PRIMARY KEY (dataset_id, "key"), 
	CONSTRAINT fk_evaluation_dataset_tags_dataset_id FOREIGN KEY(dataset_id) REFERENCES evaluation_datasets (dataset_id) ON DELETE CASCADE
);
CREATE TABLE "evaluation_datasets" (
	dataset_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	schema TEXT, 
	profile TEXT, 
	digest VARCHAR(64), 
	created_time BIGINT, 
	last_update_time BIGINT, 
	created_by VARCHAR(255), 
	last_updated_by VARCHAR(255), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT evaluation_datasets_pk PRIMARY KEY (dataset_id)
);
CREATE TABLE "experiment_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "experiment_tags" VALUES('mlflow.experimentKind','custom_model_development',1);
CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','@HOME@/mlruns/0','active',1795787541122,1795787541122,'default');
INSERT INTO "experiments" VALUES(1,'tiny','file://@HOME@/artifacts/tiny','active',1795787541187,1795787541187,'default');
CREATE TABLE guardrail_configs (
	endpoint_id VARCHAR(36) NOT NULL, 
	guardrail_id VARCHAR(36) NOT NULL, 
	execution_order INTEGER, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrail_configs_pk PRIMARY KEY (endpoint_id, guardrail_id), 
	CONSTRAINT fk_guardrail_configs_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT fk_guardrail_configs_guardrail_id FOREIGN KEY(guardrail_id) REFERENCES guardrails (guardrail_id) ON DELETE CASCADE
);
CREATE TABLE guardrails (
	guardrail_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	action_endpoint_id VARCHAR(36), 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT guardrails_pk PRIMARY KEY (guardrail_id), 
	CONSTRAINT fk_guardrails_scorer_version FOREIGN KEY(scorer_id, scorer_version) REFERENCES scorer_versions (scorer_id, scorer_version), 
	CONSTRAINT fk_guardrails_action_endpoint_id FOREIGN KEY(action_endpoint_id) REFERENCES endpoints (endpoint_id) ON DELETE SET NULL
);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('72992017f23f4a2abb98ff3bd86c9927','mlflow.data.context','training');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('72992017f23f4a2abb98ff3bd86c9927','DATASET','f6bd48986fd24a4b80fec3bc36700a88','RUN','38cd7e23f9484477a9b70b92bc8a7a30',0);
INSERT INTO "inputs" VALUES('e8377b32813f496fa513a74a7f2a26c4','RUN_OUTPUT','4723c91b0dfa4ee8b716cc4b296389af','MODEL_OUTPUT','m-e67a17a5f0464223a36ba57dcd6bfffc',0);
CREATE TABLE issues (
	issue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	description TEXT NOT NULL, 
	status VARCHAR(50) NOT NULL, 
	severity VARCHAR(50), 
	root_causes TEXT, 
	source_run_id VARCHAR(32), 
	categories TEXT, 
	created_timestamp BIGINT NOT NULL, 
	last_updated_timestamp BIGINT NOT NULL, 
	created_by VARCHAR(255), 
	CONSTRAINT issues_pk PRIMARY KEY (issue_id), 
	CONSTRAINT fk_issues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT fk_issues_source_run_id FOREIGN KEY(source_run_id) REFERENCES runs (run_uuid) ON DELETE SET NULL
);
CREATE TABLE job_locks (
	lock_key VARCHAR(255) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	acquired_at BIGINT NOT NULL, 
	CONSTRAINT job_locks_pk PRIMARY KEY (lock_key), 
	CONSTRAINT fk_job_locks_job_id FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
CREATE TABLE "jobs" (
	id VARCHAR(36) NOT NULL, 
	creation_time BIGINT NOT NULL, 
	job_name VARCHAR(500) NOT NULL, 
	params TEXT NOT NULL, 
	timeout FLOAT, 
	status INTEGER NOT NULL, 
	result TEXT, 
	retry_count INTEGER NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, status_details JSON, creator VARCHAR(255), executor_backend VARCHAR(255), lease_expires_at BIGINT, status_message TEXT, progress JSON, progress_updated_at BIGINT, token_hash VARCHAR(64), scoped_permissions JSON, next_attempt_at BIGINT, 
	CONSTRAINT jobs_pk PRIMARY KEY (id)
);
CREATE TABLE label_schemas (
	schema_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	instruction TEXT, 
	enable_comment BOOLEAN DEFAULT '0' NOT NULL, 
	input_type VARCHAR(32) NOT NULL, 
	input_config TEXT NOT NULL, 
	created_by VARCHAR(255), 
	created_time BIGINT NOT NULL, 
	last_update_time BIGINT NOT NULL, 
	is_default BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT label_schemas_pk PRIMARY KEY (schema_id), 
	CONSTRAINT fk_label_schemas_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT uq_label_schemas_exp_name UNIQUE (experiment_id, name)
);
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "latest_metrics" VALUES('teacher0_accuracy',0.4580078125,1795787547805,3,0,'e2743821a44d445c94283f2790ff34c2');
INSERT INTO "latest_metrics" VALUES('teacher0_loss',2.00991010665893554687e+00,1795787547805,3,0,'e2743821a44d445c94283f2790ff34c2');
INSERT INTO "latest_metrics" VALUES('teacher0_validation_accuracy',3.98328691720962524414e-01,1795787547805,3,0,'e2743821a44d445c94283f2790ff34c2');
INSERT INTO "latest_metrics" VALUES('final_validation_accuracy',3.98328690807799423723e-01,1795787547841,0,0,'e2743821a44d445c94283f2790ff34c2');
INSERT INTO "latest_metrics" VALUES('bank_bytes',42960.0,1795787547841,0,0,'e2743821a44d445c94283f2790ff34c2');
INSERT INTO "latest_metrics" VALUES('macs',25168.0,1795787548117,0,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('params',1474.0,1795787548117,0,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('estimated_size_bytes',4091.0,1795787548117,0,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('estimated_peak_ram_bytes',2936.0,1795787548117,0,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('estimated_host_latency_ms',1.04790012045346821005e-03,1795787548117,0,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('loss',2.5297361612319946289e-01,1795787550696,1,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('accuracy',1.93181812763214111328e-01,1795787550696,1,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('validation_accuracy',1.86629533767700195312e-01,1795787550696,1,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('rung0_validation_accuracy',1.86629533767700195312e-01,1795787550952,0,0,'c242b215538c40f2acee2ae7997fb125');
INSERT INTO "latest_metrics" VALUES('macs',217680.0,1795787579275,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('params',3522.0,1795787579275,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('estimated_size_bytes',6244.0,1795787551253,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('estimated_peak_ram_bytes',4377.0,1795787579275,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('estimated_host_latency_ms',1.83228740133654748045e-03,1795787551253,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('loss',2.04343736171722412109e-01,1795787563138,3,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('accuracy',6.01325750350952148437e-01,1795787563138,3,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('validation_accuracy',6.57381594181060791015e-01,1795787563138,3,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('rung0_validation_accuracy',4.03899729251861572265e-01,1795787555321,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('macs',41552.0,1795787555585,0,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('params',754.0,1795787555585,0,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('estimated_size_bytes',2893.0,1795787555585,0,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('estimated_peak_ram_bytes',3493.0,1795787555585,0,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('estimated_host_latency_ms',1.27611050382310325067e-03,1795787555585,0,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('loss',3.13208103179931640625e-01,1795787557741,1,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('accuracy',1.13636367022991180419e-01,1795787557741,1,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('validation_accuracy',1.25348195433616638183e-01,1795787557741,1,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('rung0_validation_accuracy',1.25348195433616638183e-01,1795787557910,0,0,'3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "latest_metrics" VALUES('macs',126112.0,1795787575263,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('params',2234.0,1795787575263,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('estimated_size_bytes',6191.0,1795787558101,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('estimated_peak_ram_bytes',8206.0,1795787575263,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('estimated_host_latency_ms',3.17441855251932849787e-03,1795787558101,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('loss',1.99073567986488342285e-01,1795787565997,3,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('accuracy',6.82765126228332519531e-01,1795787565997,3,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('validation_accuracy',0.688022255897522,1795787565997,3,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('rung0_validation_accuracy',3.81615608930587768554e-01,1795787560869,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('rung1_validation_accuracy',6.57381594181060791015e-01,1795787563285,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('rung1_validation_accuracy',0.688022255897522,1795787566187,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('file_validation_accuracy',6.79665738161559840335e-01,1795787575263,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('measured_size_bytes',6857.0,1795787575263,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('measured_host_latency_ms',2.96400003207963891327e-03,1795787575263,0,0,'1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "latest_metrics" VALUES('file_validation_accuracy',6.5181058495821730947e-01,1795787579275,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('measured_size_bytes',6913.0,1795787579275,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('measured_host_latency_ms',1.74299998434435110539e-03,1795787579275,0,0,'21cd6449859e40bb8136bb964290ce50');
INSERT INTO "latest_metrics" VALUES('macs',126112.0,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('params',2234.0,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('estimated_size_bytes',6191.0,1795787579345,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('estimated_peak_ram_bytes',8206.0,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('estimated_host_latency_ms',3.17441855251932849787e-03,1795787579345,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('float_validation_accuracy',0.688022255897522,1795787579345,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('loss',1.96103796362876892089e-01,1795787594178,3,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('accuracy',7.31060624122619628906e-01,1795787594178,3,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('validation_accuracy',7.21448481082916259765e-01,1795787594178,3,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('measured_size_bytes',6857.0,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('measured_host_latency_ms',2.98400004794530104845e-03,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('file_validation_accuracy',7.21448467966573803167e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('file_test_accuracy',7.33516483516483464022e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('file_sparsity',8.4586466165413529139e-03,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('agreement',1.0,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('drop',-3.3426,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('gzip_bytes',4683.0,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('calibration_error',0.536423635843036,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy none',7.33516483516483464022e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy noise',0.728021978021978,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy blur',3.62637362637362625772e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy brightness',4.28571428571428547638e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy contrast',1.34615384615384608979e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy jpeg',0.717032967032967,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('test_accuracy fgsm 4/255',6.67582417582417542156e-01,1795787601679,0,0,'4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "latest_metrics" VALUES('macs',217680.0,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('params',3522.0,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('estimated_size_bytes',6244.0,1795787601891,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('estimated_peak_ram_bytes',4377.0,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('estimated_host_latency_ms',1.83228740133654748045e-03,1795787601891,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('float_validation_accuracy',6.57381594181060791015e-01,1795787601891,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('loss',2.01258108019828796386e-01,1795787616543,3,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('accuracy',6.35416686534881591796e-01,1795787616543,3,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('validation_accuracy',6.90807819366455078125e-01,1795787616543,3,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('measured_size_bytes',6913.0,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('measured_host_latency_ms',1.73199987330008298158e-03,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('file_validation_accuracy',6.90807799442896941499e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('file_test_accuracy',7.03296703296703351604e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('file_sparsity',9.48275862068965504081e-03,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('agreement',9.9721448467966578022e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('drop',-3.3426,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('gzip_bytes',5160.0,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('calibration_error',5.13201800021496401527e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy none',7.03296703296703351604e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy noise',6.42857142857142904723e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy blur',4.47802197802197821108e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy brightness',4.78021978021978044548e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy contrast',0.0989010989010989,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy jpeg',6.67582417582417542156e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('test_accuracy fgsm 4/255',6.18131868131868156268e-01,1795787623071,0,0,'640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "latest_metrics" VALUES('trials',4.0,1795787625828,0,0,'38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "latest_metrics" VALUES('front',4.0,1795787625828,0,0,'38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "latest_metrics" VALUES('winner_file_validation_accuracy',7.21448467966573803167e-01,1795787625828,0,0,'38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "latest_metrics" VALUES('winner_file_test_accuracy',7.33516483516483464022e-01,1795787625828,0,0,'38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "latest_metrics" VALUES('winner_measured_size_bytes',6857.0,1795787625828,0,0,'38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "latest_metrics" VALUES('winner_measured_host_latency_ms',2.98400004794530104845e-03,1795787625828,0,0,'38cd7e23f9484477a9b70b92bc8a7a30');
CREATE TABLE logged_model_metrics (
	model_id VARCHAR(36) NOT NULL, 
	metric_name VARCHAR(500) NOT NULL, 
	metric_timestamp_ms BIGINT NOT NULL, 
	metric_step BIGINT NOT NULL, 
	metric_value FLOAT, 
	experiment_id INTEGER NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	dataset_uuid VARCHAR(36), 
	dataset_name VARCHAR(500), 
	dataset_digest VARCHAR(36), 
	CONSTRAINT logged_model_metrics_pk PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id), 
	CONSTRAINT fk_logged_model_metrics_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_metrics_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE, 
	CONSTRAINT fk_logged_model_metrics_run_id FOREIGN KEY(run_id) REFERENCES runs (run_uuid) ON DELETE CASCADE
);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','macs',1795787579345,0,126112.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','macs',1795787601679,0,126112.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','params',1795787579345,0,2234.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','params',1795787601679,0,2234.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','estimated_size_bytes',1795787579345,0,6191.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','estimated_peak_ram_bytes',1795787579345,0,8206.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','estimated_peak_ram_bytes',1795787601679,0,8206.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','estimated_host_latency_ms',1795787579345,0,3.17441855251932849787e-03,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','float_validation_accuracy',1795787579345,0,0.688022255897522,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','measured_size_bytes',1795787601679,0,6857.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','measured_host_latency_ms',1795787601679,0,2.98400004794530104845e-03,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','file_validation_accuracy',1795787601679,0,7.21448467966573803167e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','file_test_accuracy',1795787601679,0,7.33516483516483464022e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','file_sparsity',1795787601679,0,8.4586466165413529139e-03,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','agreement',1795787601679,0,1.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','drop',1795787601679,0,-3.3426,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','gzip_bytes',1795787601679,0,4683.0,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','calibration_error',1795787601679,0,0.536423635843036,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy none',1795787601679,0,7.33516483516483464022e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy noise',1795787601679,0,0.728021978021978,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy blur',1795787601679,0,3.62637362637362625772e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy brightness',1795787601679,0,4.28571428571428547638e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy contrast',1795787601679,0,1.34615384615384608979e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy jpeg',1795787601679,0,0.717032967032967,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
INSERT INTO "logged_model_metrics" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc','test_accuracy fgsm 4/255',1795787601679,0,6.67582417582417542156e-01,1,'4723c91b0dfa4ee8b716cc4b296389af',NULL,NULL,NULL);
CREATE TABLE logged_model_params (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	param_key VARCHAR(255) NOT NULL, 
	param_value TEXT NOT NULL, 
	CONSTRAINT logged_model_params_pk PRIMARY KEY (model_id, param_key), 
	CONSTRAINT fk_logged_model_params_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_params_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_params" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'genotype','f90f82337ba4');
INSERT INTO "logged_model_params" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'max_drop','0.0');
INSERT INTO "logged_model_params" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'compressions','()');
INSERT INTO "logged_model_params" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'prune_epochs','1');
INSERT INTO "logged_model_params" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'qat_epochs','2');
INSERT INTO "logged_model_params" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'learning_rate','0.001');
CREATE TABLE logged_model_tags (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	tag_key VARCHAR(255) NOT NULL, 
	tag_value TEXT NOT NULL, 
	CONSTRAINT logged_model_tags_pk PRIMARY KEY (model_id, tag_key), 
	CONSTRAINT fk_logged_model_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_logged_model_tags_model_id FOREIGN KEY(model_id) REFERENCES logged_models (model_id) ON DELETE CASCADE
);
INSERT INTO "logged_model_tags" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'mlflow.source.type','LOCAL');
INSERT INTO "logged_model_tags" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'mlflow.source.git.commit','622299d58065e3a7a204004539e1e35d2c11ea58');
INSERT INTO "logged_model_tags" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'mlflow.source.git.branch','main');
INSERT INTO "logged_model_tags" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'mlflow.modelVersions','[{"name": "tiny", "version": 1}]');
CREATE TABLE logged_models (
	model_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	artifact_location VARCHAR(1000) NOT NULL, 
	creation_timestamp_ms BIGINT NOT NULL, 
	last_updated_timestamp_ms BIGINT NOT NULL, 
	status INTEGER NOT NULL, 
	lifecycle_stage VARCHAR(32), 
	model_type VARCHAR(500), 
	source_run_id VARCHAR(32), 
	status_message VARCHAR(1000), 
	CONSTRAINT logged_models_pk PRIMARY KEY (model_id), 
	CONSTRAINT logged_models_lifecycle_stage_check CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "logged_models" VALUES('m-e67a17a5f0464223a36ba57dcd6bfffc',1,'model','file://@HOME@/artifacts/tiny/models/m-e67a17a5f0464223a36ba57dcd6bfffc/artifacts',1795787624427,1795787625437,2,'active',NULL,'4723c91b0dfa4ee8b716cc4b296389af',NULL);
CREATE TABLE mcp_access_endpoints (
	id VARCHAR(36) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	server_name VARCHAR(256) NOT NULL, 
	server_version VARCHAR(128), 
	server_alias VARCHAR(256), 
	url VARCHAR(2048) NOT NULL, 
	transport_type VARCHAR(32) DEFAULT 'streamable-http' NOT NULL, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_access_endpoints_pk PRIMARY KEY (id), 
	CONSTRAINT mcp_access_endpoints_server_fkey FOREIGN KEY(workspace, server_name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_aliases (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	alias VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	CONSTRAINT mcp_server_aliases_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT mcp_server_aliases_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_tags (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT mcp_server_tags_pk PRIMARY KEY (workspace, name, "key"), 
	CONSTRAINT mcp_server_tags_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_version_tags (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	CONSTRAINT mcp_server_version_tags_pk PRIMARY KEY (workspace, name, version, "key"), 
	CONSTRAINT mcp_server_version_tags_version_fkey FOREIGN KEY(workspace, name, version) REFERENCES mcp_server_versions (workspace, name, version) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_server_versions (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	version VARCHAR(128) NOT NULL, 
	version_major INTEGER NOT NULL, 
	version_minor INTEGER NOT NULL, 
	version_patch INTEGER NOT NULL, 
	version_prerelease_sort_key VARCHAR(512) NOT NULL, 
	server_json JSON NOT NULL, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	tools JSON, 
	source VARCHAR(512), 
	connect_options JSON, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_server_versions_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT mcp_server_versions_server_fkey FOREIGN KEY(workspace, name) REFERENCES mcp_servers (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE mcp_servers (
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	display_name VARCHAR(256), 
	description TEXT, 
	icons JSON, 
	created_by VARCHAR(256), 
	last_updated_by VARCHAR(256), 
	created_at BIGINT NOT NULL, 
	last_updated_at BIGINT NOT NULL, 
	CONSTRAINT mcp_servers_pk PRIMARY KEY (workspace, name)
);
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "metrics" VALUES('teacher0_accuracy',0.1591796875,1795787547722,'e2743821a44d445c94283f2790ff34c2',1,0);
INSERT INTO "metrics" VALUES('teacher0_loss',2.25584197044372558593e+00,1795787547722,'e2743821a44d445c94283f2790ff34c2',1,0);
INSERT INTO "metrics" VALUES('teacher0_validation_accuracy',2.95264631509780883789e-01,1795787547722,'e2743821a44d445c94283f2790ff34c2',1,0);
INSERT INTO "metrics" VALUES('teacher0_accuracy',0.361328125,1795787547769,'e2743821a44d445c94283f2790ff34c2',2,0);
INSERT INTO "metrics" VALUES('teacher0_loss',2.09262776374816894531e+00,1795787547769,'e2743821a44d445c94283f2790ff34c2',2,0);
INSERT INTO "metrics" VALUES('teacher0_validation_accuracy',2.98050135374069213867e-01,1795787547769,'e2743821a44d445c94283f2790ff34c2',2,0);
INSERT INTO "metrics" VALUES('teacher0_accuracy',0.4580078125,1795787547805,'e2743821a44d445c94283f2790ff34c2',3,0);
INSERT INTO "metrics" VALUES('teacher0_loss',2.00991010665893554687e+00,1795787547805,'e2743821a44d445c94283f2790ff34c2',3,0);
INSERT INTO "metrics" VALUES('teacher0_validation_accuracy',3.98328691720962524414e-01,1795787547805,'e2743821a44d445c94283f2790ff34c2',3,0);
INSERT INTO "metrics" VALUES('final_validation_accuracy',3.98328690807799423723e-01,1795787547841,'e2743821a44d445c94283f2790ff34c2',0,0);
INSERT INTO "metrics" VALUES('bank_bytes',42960.0,1795787547841,'e2743821a44d445c94283f2790ff34c2',0,0);
INSERT INTO "metrics" VALUES('macs',25168.0,1795787548117,'c242b215538c40f2acee2ae7997fb125',0,0);
INSERT INTO "metrics" VALUES('params',1474.0,1795787548117,'c242b215538c40f2acee2ae7997fb125',0,0);
INSERT INTO "metrics" VALUES('estimated_size_bytes',4091.0,1795787548117,'c242b215538c40f2acee2ae7997fb125',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',2936.0,1795787548117,'c242b215538c40f2acee2ae7997fb125',0,0);
INSERT INTO "metrics" VALUES('estimated_host_latency_ms',1.04790012045346821005e-03,1795787548117,'c242b215538c40f2acee2ae7997fb125',0,0);
INSERT INTO "metrics" VALUES('loss',2.5297361612319946289e-01,1795787550696,'c242b215538c40f2acee2ae7997fb125',1,0);
INSERT INTO "metrics" VALUES('accuracy',1.93181812763214111328e-01,1795787550696,'c242b215538c40f2acee2ae7997fb125',1,0);
INSERT INTO "metrics" VALUES('validation_accuracy',1.86629533767700195312e-01,1795787550696,'c242b215538c40f2acee2ae7997fb125',1,0);
INSERT INTO "metrics" VALUES('rung0_validation_accuracy',1.86629533767700195312e-01,1795787550952,'c242b215538c40f2acee2ae7997fb125',0,0);
INSERT INTO "metrics" VALUES('macs',217680.0,1795787551253,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('params',3522.0,1795787551253,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('estimated_size_bytes',6244.0,1795787551253,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',4377.0,1795787551253,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('estimated_host_latency_ms',1.83228740133654748045e-03,1795787551253,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('loss',2.43050321936607360839e-01,1795787555078,'21cd6449859e40bb8136bb964290ce50',1,0);
INSERT INTO "metrics" VALUES('accuracy',3.06818187236785888671e-01,1795787555078,'21cd6449859e40bb8136bb964290ce50',1,0);
INSERT INTO "metrics" VALUES('validation_accuracy',4.03899729251861572265e-01,1795787555078,'21cd6449859e40bb8136bb964290ce50',1,0);
INSERT INTO "metrics" VALUES('rung0_validation_accuracy',4.03899729251861572265e-01,1795787555321,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('macs',41552.0,1795787555585,'3f60ba3cb5964fafaef0b8e9fe73f1f5',0,0);
INSERT INTO "metrics" VALUES('params',754.0,1795787555585,'3f60ba3cb5964fafaef0b8e9fe73f1f5',0,0);
INSERT INTO "metrics" VALUES('estimated_size_bytes',2893.0,1795787555585,'3f60ba3cb5964fafaef0b8e9fe73f1f5',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',3493.0,1795787555585,'3f60ba3cb5964fafaef0b8e9fe73f1f5',0,0);
INSERT INTO "metrics" VALUES('estimated_host_latency_ms',1.27611050382310325067e-03,1795787555585,'3f60ba3cb5964fafaef0b8e9fe73f1f5',0,0);
INSERT INTO "metrics" VALUES('loss',3.13208103179931640625e-01,1795787557741,'3f60ba3cb5964fafaef0b8e9fe73f1f5',1,0);
INSERT INTO "metrics" VALUES('accuracy',1.13636367022991180419e-01,1795787557741,'3f60ba3cb5964fafaef0b8e9fe73f1f5',1,0);
INSERT INTO "metrics" VALUES('validation_accuracy',1.25348195433616638183e-01,1795787557741,'3f60ba3cb5964fafaef0b8e9fe73f1f5',1,0);
INSERT INTO "metrics" VALUES('rung0_validation_accuracy',1.25348195433616638183e-01,1795787557910,'3f60ba3cb5964fafaef0b8e9fe73f1f5',0,0);
INSERT INTO "metrics" VALUES('macs',126112.0,1795787558101,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('params',2234.0,1795787558101,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('estimated_size_bytes',6191.0,1795787558101,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',8206.0,1795787558101,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('estimated_host_latency_ms',3.17441855251932849787e-03,1795787558101,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('loss',2.5733381509780883789e-01,1795787560684,'1a7329932d1048a0af8e20e56619a46d',1,0);
INSERT INTO "metrics" VALUES('accuracy',2.85984843969345092773e-01,1795787560684,'1a7329932d1048a0af8e20e56619a46d',1,0);
INSERT INTO "metrics" VALUES('validation_accuracy',3.81615608930587768554e-01,1795787560684,'1a7329932d1048a0af8e20e56619a46d',1,0);
INSERT INTO "metrics" VALUES('rung0_validation_accuracy',3.81615608930587768554e-01,1795787560869,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('loss',2.17107415199279785156e-01,1795787563002,'21cd6449859e40bb8136bb964290ce50',2,0);
INSERT INTO "metrics" VALUES('accuracy',4.60227280855178833007e-01,1795787563002,'21cd6449859e40bb8136bb964290ce50',2,0);
INSERT INTO "metrics" VALUES('validation_accuracy',5.09749293327331542968e-01,1795787563002,'21cd6449859e40bb8136bb964290ce50',2,0);
INSERT INTO "metrics" VALUES('loss',2.04343736171722412109e-01,1795787563138,'21cd6449859e40bb8136bb964290ce50',3,0);
INSERT INTO "metrics" VALUES('accuracy',6.01325750350952148437e-01,1795787563138,'21cd6449859e40bb8136bb964290ce50',3,0);
INSERT INTO "metrics" VALUES('validation_accuracy',6.57381594181060791015e-01,1795787563138,'21cd6449859e40bb8136bb964290ce50',3,0);
INSERT INTO "metrics" VALUES('rung1_validation_accuracy',6.57381594181060791015e-01,1795787563285,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('loss',2.09607154130935668945e-01,1795787565674,'1a7329932d1048a0af8e20e56619a46d',2,0);
INSERT INTO "metrics" VALUES('accuracy',5.37878811359405517578e-01,1795787565674,'1a7329932d1048a0af8e20e56619a46d',2,0);
INSERT INTO "metrics" VALUES('validation_accuracy',6.15598857402801513671e-01,1795787565674,'1a7329932d1048a0af8e20e56619a46d',2,0);
INSERT INTO "metrics" VALUES('loss',1.99073567986488342285e-01,1795787565997,'1a7329932d1048a0af8e20e56619a46d',3,0);
INSERT INTO "metrics" VALUES('accuracy',6.82765126228332519531e-01,1795787565997,'1a7329932d1048a0af8e20e56619a46d',3,0);
INSERT INTO "metrics" VALUES('validation_accuracy',0.688022255897522,1795787565997,'1a7329932d1048a0af8e20e56619a46d',3,0);
INSERT INTO "metrics" VALUES('rung1_validation_accuracy',0.688022255897522,1795787566187,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('file_validation_accuracy',6.79665738161559840335e-01,1795787575263,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('macs',126112.0,1795787575263,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('params',2234.0,1795787575263,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('measured_size_bytes',6857.0,1795787575263,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',8206.0,1795787575263,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('measured_host_latency_ms',2.96400003207963891327e-03,1795787575263,'1a7329932d1048a0af8e20e56619a46d',0,0);
INSERT INTO "metrics" VALUES('file_validation_accuracy',6.5181058495821730947e-01,1795787579275,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('macs',217680.0,1795787579275,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('params',3522.0,1795787579275,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('measured_size_bytes',6913.0,1795787579275,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',4377.0,1795787579275,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('measured_host_latency_ms',1.74299998434435110539e-03,1795787579275,'21cd6449859e40bb8136bb964290ce50',0,0);
INSERT INTO "metrics" VALUES('macs',126112.0,1795787579345,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('params',2234.0,1795787579345,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('estimated_size_bytes',6191.0,1795787579345,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',8206.0,1795787579345,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('estimated_host_latency_ms',3.17441855251932849787e-03,1795787579345,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('float_validation_accuracy',0.688022255897522,1795787579345,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('loss',1.96877330541610717773e-01,1795787593682,'4723c91b0dfa4ee8b716cc4b296389af',2,0);
INSERT INTO "metrics" VALUES('accuracy',7.42424249649047851562e-01,1795787593682,'4723c91b0dfa4ee8b716cc4b296389af',2,0);
INSERT INTO "metrics" VALUES('validation_accuracy',7.27019488811492919921e-01,1795787593682,'4723c91b0dfa4ee8b716cc4b296389af',2,0);
INSERT INTO "metrics" VALUES('loss',1.96103796362876892089e-01,1795787594178,'4723c91b0dfa4ee8b716cc4b296389af',3,0);
INSERT INTO "metrics" VALUES('accuracy',7.31060624122619628906e-01,1795787594178,'4723c91b0dfa4ee8b716cc4b296389af',3,0);
INSERT INTO "metrics" VALUES('validation_accuracy',7.21448481082916259765e-01,1795787594178,'4723c91b0dfa4ee8b716cc4b296389af',3,0);
INSERT INTO "metrics" VALUES('macs',126112.0,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('params',2234.0,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('measured_size_bytes',6857.0,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',8206.0,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('measured_host_latency_ms',2.98400004794530104845e-03,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('file_validation_accuracy',7.21448467966573803167e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('file_test_accuracy',7.33516483516483464022e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('file_sparsity',8.4586466165413529139e-03,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('agreement',1.0,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('drop',-3.3426,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('gzip_bytes',4683.0,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('calibration_error',0.536423635843036,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy none',7.33516483516483464022e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy noise',0.728021978021978,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy blur',3.62637362637362625772e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy brightness',4.28571428571428547638e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy contrast',1.34615384615384608979e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy jpeg',0.717032967032967,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('test_accuracy fgsm 4/255',6.67582417582417542156e-01,1795787601679,'4723c91b0dfa4ee8b716cc4b296389af',0,0);
INSERT INTO "metrics" VALUES('macs',217680.0,1795787601891,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('params',3522.0,1795787601891,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('estimated_size_bytes',6244.0,1795787601891,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',4377.0,1795787601891,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('estimated_host_latency_ms',1.83228740133654748045e-03,1795787601891,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('float_validation_accuracy',6.57381594181060791015e-01,1795787601891,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('loss',2.02544987201690673828e-01,1795787616389,'640c8fd3fb4b40aabd2decc154a844bc',2,0);
INSERT INTO "metrics" VALUES('accuracy',0.623106062412262,1795787616389,'640c8fd3fb4b40aabd2decc154a844bc',2,0);
INSERT INTO "metrics" VALUES('validation_accuracy',6.96378827095031738281e-01,1795787616389,'640c8fd3fb4b40aabd2decc154a844bc',2,0);
INSERT INTO "metrics" VALUES('loss',2.01258108019828796386e-01,1795787616543,'640c8fd3fb4b40aabd2decc154a844bc',3,0);
INSERT INTO "metrics" VALUES('accuracy',6.35416686534881591796e-01,1795787616543,'640c8fd3fb4b40aabd2decc154a844bc',3,0);
INSERT INTO "metrics" VALUES('validation_accuracy',6.90807819366455078125e-01,1795787616543,'640c8fd3fb4b40aabd2decc154a844bc',3,0);
INSERT INTO "metrics" VALUES('macs',217680.0,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('params',3522.0,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('measured_size_bytes',6913.0,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('estimated_peak_ram_bytes',4377.0,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('measured_host_latency_ms',1.73199987330008298158e-03,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('file_validation_accuracy',6.90807799442896941499e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('file_test_accuracy',7.03296703296703351604e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('file_sparsity',9.48275862068965504081e-03,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('agreement',9.9721448467966578022e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('drop',-3.3426,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('gzip_bytes',5160.0,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('calibration_error',5.13201800021496401527e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy none',7.03296703296703351604e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy noise',6.42857142857142904723e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy blur',4.47802197802197821108e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy brightness',4.78021978021978044548e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy contrast',0.0989010989010989,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy jpeg',6.67582417582417542156e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('test_accuracy fgsm 4/255',6.18131868131868156268e-01,1795787623071,'640c8fd3fb4b40aabd2decc154a844bc',0,0);
INSERT INTO "metrics" VALUES('trials',4.0,1795787625828,'38cd7e23f9484477a9b70b92bc8a7a30',0,0);
INSERT INTO "metrics" VALUES('front',4.0,1795787625828,'38cd7e23f9484477a9b70b92bc8a7a30',0,0);
INSERT INTO "metrics" VALUES('winner_file_validation_accuracy',7.21448467966573803167e-01,1795787625828,'38cd7e23f9484477a9b70b92bc8a7a30',0,0);
INSERT INTO "metrics" VALUES('winner_file_test_accuracy',7.33516483516483464022e-01,1795787625828,'38cd7e23f9484477a9b70b92bc8a7a30',0,0);
INSERT INTO "metrics" VALUES('winner_measured_size_bytes',6857.0,1795787625828,'38cd7e23f9484477a9b70b92bc8a7a30',0,0);
INSERT INTO "metrics" VALUES('winner_measured_host_latency_ms',2.98400004794530104845e-03,1795787625828,'38cd7e23f9484477a9b70b92bc8a7a30',0,0);
CREATE TABLE "model_definitions" (
	model_definition_id VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	secret_id VARCHAR(36), 
	provider VARCHAR(64) NOT NULL, 
	model_name VARCHAR(256) NOT NULL, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_definitions_pk PRIMARY KEY (model_definition_id), 
	CONSTRAINT fk_model_definitions_secret_id FOREIGN KEY(secret_id) REFERENCES secrets (secret_id) ON DELETE SET NULL, 
	CONSTRAINT uq_model_definitions_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE "model_version_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, "key", name, version), 
	CONSTRAINT fk_model_version_tags_model_versions FOREIGN KEY(workspace, name, version) REFERENCES model_versions (workspace, name, version) ON UPDATE CASCADE
);
INSERT INTO "model_version_tags" VALUES('validation_accuracy','0.7214484679665738','tiny',1,'default');
INSERT INTO "model_version_tags" VALUES('sha256','cf6f514ca339bc229ec687c3a315e1b05949d8b66e05d9d0c5a8e2ca2e454c74','tiny',1,'default');
INSERT INTO "model_version_tags" VALUES('size_bytes','6857','tiny',1,'default');
INSERT INTO "model_version_tags" VALUES('latency_ms','0.002984000047945301','tiny',1,'default');
INSERT INTO "model_version_tags" VALUES('device','host','tiny',1,'default');
CREATE TABLE "model_versions" (
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	user_id VARCHAR(256), 
	current_stage VARCHAR(20), 
	source VARCHAR(500), 
	run_id VARCHAR(32), 
	status VARCHAR(20), 
	status_message VARCHAR(500), 
	run_link VARCHAR(500), 
	storage_location VARCHAR(500), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), 
	CONSTRAINT fk_model_versions_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('tiny',1,1795787625519,1795787625519,NULL,NULL,'None','models:/m-e67a17a5f0464223a36ba57dcd6bfffc','4723c91b0dfa4ee8b716cc4b296389af','READY',NULL,NULL,'file://@HOME@/artifacts/tiny/models/m-e67a17a5f0464223a36ba57dcd6bfffc/artifacts','default');
CREATE TABLE online_scoring_configs (
	online_scoring_config_id VARCHAR(36) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	sample_rate FLOAT NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	filter_string TEXT, 
	CONSTRAINT online_scoring_config_pk PRIMARY KEY (online_scoring_config_id), 
	CONSTRAINT fk_online_scoring_configs_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE, 
	CONSTRAINT fk_online_scoring_configs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('augmentation.crop_min_area','1.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.cutmix_alpha','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.erase_max_area','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.flip','False','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.mix_share','1.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.mixup_alpha','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.rotate_degrees','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('augmentation.translate_pixels','1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('budget.latency_ms','0.5','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('budget.macs','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('budget.peak_ram_bytes','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('budget.size_bytes','9000','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('data.dataset','potstill_digits','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('data.sample_rate','16000','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('data.test_fraction','0.2','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('data.train_examples','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('data.validation_fraction','0.2','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('device','host','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.distillation_loss_weights','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.distillation_losses','[''soft_targets'']','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.final_temperature','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.own_losses','[]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.stages','[''search'', ''pruning'', ''quantization'']','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.standardize_logits','False','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.student_layer_name','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.student_loss_weight','0.1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.teacher_layer_name','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('distillation.temperature','3.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('finalists.compressions','[]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('finalists.count','2','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('finalists.learning_rate','0.001','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('finalists.max_drop','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('finalists.prune_epochs','1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('finalists.qat_epochs','2','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('license','unknown','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('name','tiny','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.epochs','[1, 2]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.oracle','hypervolume','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.promotion','synchronous','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.start','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.supernet_epochs','0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.survivors','[2]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('search.trials','4','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('seed','0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.blocks','[''dense'', ''depthwise'']','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.depths','[1]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.downscales','[1]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.expansions','[1, 2]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.head_widths','[0]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.kernels','[3, 5]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.residuals','[True, False]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.stages','[1]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.stem_kernels','[3]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.stem_strides','[1]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.stem_widths','[8, 16]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.strides','[1, 2]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('space.widths','[8, 16, 24]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.batch_size','32','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.clip_norm','5.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.ema_momentum','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.label_smoothing','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.learning_rate','0.01','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.optimizer','adamw','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.patience_epochs','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.precision','float32','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.warmup_fraction','0.1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('student.weight_decay','0.0001','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.assistants','[]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.class_order','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.count','1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.depth','1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.epochs','3','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.family','wide','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.groups','2','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.input_range','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.min_validation_accuracy','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.mixed_views','False','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.batch_size','64','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.clip_norm','5.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.ema_momentum','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.label_smoothing','0.0','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.learning_rate','0.003','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.optimizer','adamw','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.patience_epochs','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.precision','float32','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.warmup_fraction','0.1','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.recipe.weight_decay','0.001','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.source','[]','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.trust','False','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.weights','None','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('teacher.width','8','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('top_k','64','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('views','2','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "params" VALUES('assistants','[]','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('class_order','None','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('count','1','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('depth','1','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('epochs','3','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('family','wide','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('groups','2','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('input_range','None','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('min_validation_accuracy','None','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('mixed_views','False','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.batch_size','64','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.clip_norm','5.0','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.ema_momentum','None','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.label_smoothing','0.0','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.learning_rate','0.003','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.optimizer','adamw','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.patience_epochs','None','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.precision','float32','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.warmup_fraction','0.1','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('recipe.weight_decay','0.001','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('source','[]','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('trust','False','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('weights','None','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('width','8','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "params" VALUES('genotype','7ee097d42f65','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('downscale','1','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('stem_width','8','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('stem_kernel','3','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('stem_stride','1','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('head_width','0','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('stage0','block=''dense'', width=8, depth=1, kernel=3, expansion=2, stride=2, residual=False','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "params" VALUES('genotype','d81cdbf3785c','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('downscale','1','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('stem_width','8','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('stem_kernel','3','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('stem_stride','1','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('head_width','0','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('stage0','block=''dense'', width=8, depth=1, kernel=5, expansion=2, stride=1, residual=True','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "params" VALUES('genotype','3e1e0147bf19','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('downscale','1','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('stem_width','8','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('stem_kernel','3','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('stem_stride','1','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('head_width','0','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('stage0','block=''dense'', width=8, depth=1, kernel=3, expansion=1, stride=1, residual=True','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "params" VALUES('genotype','f90f82337ba4','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('downscale','1','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('stem_width','16','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('stem_kernel','3','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('stem_stride','1','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('head_width','0','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('stage0','block=''depthwise'', width=16, depth=1, kernel=5, expansion=2, stride=1, residual=True','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "params" VALUES('genotype','f90f82337ba4','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "params" VALUES('max_drop','0.0','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "params" VALUES('compressions','()','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "params" VALUES('prune_epochs','1','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "params" VALUES('qat_epochs','2','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "params" VALUES('learning_rate','0.001','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "params" VALUES('genotype','d81cdbf3785c','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "params" VALUES('max_drop','0.0','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "params" VALUES('compressions','()','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "params" VALUES('prune_epochs','1','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "params" VALUES('qat_epochs','2','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "params" VALUES('learning_rate','0.001','640c8fd3fb4b40aabd2decc154a844bc');
CREATE TABLE "registered_model_aliases" (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias), 
	CONSTRAINT fk_registered_model_aliases_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "registered_model_aliases" VALUES('champion',1,'tiny','default');
CREATE TABLE "registered_model_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, "key", name), 
	CONSTRAINT fk_registered_model_tags_registered_models FOREIGN KEY(workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE
);
CREATE TABLE "registered_models" (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)
);
INSERT INTO "registered_models" VALUES('tiny',1795787625476,1795787625519,NULL,'default');
CREATE TABLE review_queue_items (
	queue_id VARCHAR(36) NOT NULL, 
	item_type VARCHAR(16) NOT NULL, 
	item_id VARCHAR(50) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	completed_by VARCHAR(250), 
	completed_time_ms BIGINT, 
	creation_time_ms BIGINT NOT NULL, 
	last_update_time_ms BIGINT NOT NULL, 
	CONSTRAINT review_queue_items_pk PRIMARY KEY (queue_id, item_id), 
	CONSTRAINT fk_review_queue_items_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_label_schemas (
	queue_id VARCHAR(36) NOT NULL, 
	schema_id VARCHAR(36) NOT NULL, 
	CONSTRAINT review_queue_label_schemas_pk PRIMARY KEY (queue_id, schema_id), 
	CONSTRAINT fk_review_queue_label_schemas_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queue_users (
	queue_id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(250) NOT NULL, 
	CONSTRAINT review_queue_users_pk PRIMARY KEY (queue_id, user_id), 
	CONSTRAINT fk_review_queue_users_queue_id FOREIGN KEY(queue_id) REFERENCES review_queues (queue_id) ON DELETE CASCADE
);
CREATE TABLE review_queues (
	queue_id VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(250) NOT NULL, 
	queue_type VARCHAR(16) NOT NULL, 
	created_by VARCHAR(255), 
	creation_time_ms BIGINT NOT NULL, 
	last_update_time_ms BIGINT NOT NULL, 
	name_key VARCHAR(250) NOT NULL, 
	CONSTRAINT review_queues_pk PRIMARY KEY (queue_id), 
	CONSTRAINT fk_review_queues_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE, 
	CONSTRAINT uq_review_queues_experiment_name_key UNIQUE (experiment_id, name_key)
);
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('38cd7e23f9484477a9b70b92bc8a7a30','tiny-098ed19980','UNKNOWN','','','unknown','FINISHED',1795787541217,1795787625885,'','active','file://@HOME@/artifacts/tiny/38cd7e23f9484477a9b70b92bc8a7a30/artifacts',1,NULL);
INSERT INTO "runs" VALUES('e2743821a44d445c94283f2790ff34c2','teacher','UNKNOWN','','','unknown','FINISHED',1795787547650,1795787547897,'','active','file://@HOME@/artifacts/tiny/e2743821a44d445c94283f2790ff34c2/artifacts',1,NULL);
INSERT INTO "runs" VALUES('c242b215538c40f2acee2ae7997fb125','trial 0','UNKNOWN','','','unknown','FINISHED',1795787548081,1795787551005,'','active','file://@HOME@/artifacts/tiny/c242b215538c40f2acee2ae7997fb125/artifacts',1,NULL);
INSERT INTO "runs" VALUES('21cd6449859e40bb8136bb964290ce50','trial 1','UNKNOWN','','','unknown','FINISHED',1795787551211,1795787563310,'','active','file://@HOME@/artifacts/tiny/21cd6449859e40bb8136bb964290ce50/artifacts',1,NULL);
INSERT INTO "runs" VALUES('3f60ba3cb5964fafaef0b8e9fe73f1f5','trial 2','UNKNOWN','','','unknown','FINISHED',1795787555536,1795787557929,'','active','file://@HOME@/artifacts/tiny/3f60ba3cb5964fafaef0b8e9fe73f1f5/artifacts',1,NULL);
INSERT INTO "runs" VALUES('1a7329932d1048a0af8e20e56619a46d','trial 3','UNKNOWN','','','unknown','FINISHED',1795787558076,1795787566205,'','active','file://@HOME@/artifacts/tiny/1a7329932d1048a0af8e20e56619a46d/artifacts',1,NULL);
INSERT INTO "runs" VALUES('4723c91b0dfa4ee8b716cc4b296389af','finalist 3','UNKNOWN','','','unknown','FINISHED',1795787579320,1795787625610,'','active','file://@HOME@/artifacts/tiny/4723c91b0dfa4ee8b716cc4b296389af/artifacts',1,NULL);
INSERT INTO "runs" VALUES('640c8fd3fb4b40aabd2decc154a844bc','finalist 1','UNKNOWN','','','unknown','FINISHED',1795787601839,1795787623129,'','active','file://@HOME@/artifacts/tiny/640c8fd3fb4b40aabd2decc154a844bc/artifacts',1,NULL);
CREATE TABLE scheduler_leases (
	lease_key VARCHAR(255) NOT NULL, 
	acquired_at BIGINT NOT NULL, 
	ttl_seconds INTEGER NOT NULL, 
	CONSTRAINT scheduler_leases_pk PRIMARY KEY (lease_key)
);
CREATE TABLE scorer_versions (
	scorer_id VARCHAR(36) NOT NULL, 
	scorer_version INTEGER NOT NULL, 
	serialized_scorer TEXT NOT NULL, 
	creation_time BIGINT, 
	CONSTRAINT scorer_version_pk PRIMARY KEY (scorer_id, scorer_version), 
	CONSTRAINT fk_scorer_versions_scorer_id FOREIGN KEY(scorer_id) REFERENCES scorers (scorer_id) ON DELETE CASCADE
);
CREATE TABLE scorers (
	experiment_id INTEGER NOT NULL, 
	scorer_name VARCHAR(256) NOT NULL, 
	scorer_id VARCHAR(36) NOT NULL, 
	CONSTRAINT scorer_pk PRIMARY KEY (scorer_id), 
	CONSTRAINT fk_scorers_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE "secrets" (
	secret_id VARCHAR(36) NOT NULL, 
	secret_name VARCHAR(255) NOT NULL, 
	encrypted_value BLOB NOT NULL, 
	wrapped_dek BLOB NOT NULL, 
	kek_version INTEGER NOT NULL, 
	masked_value VARCHAR(500) NOT NULL, 
	provider VARCHAR(64), 
	auth_config TEXT, 
	description TEXT, 
	created_by VARCHAR(255), 
	created_at BIGINT NOT NULL, 
	last_updated_by VARCHAR(255), 
	last_updated_at BIGINT NOT NULL, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT secrets_pk PRIMARY KEY (secret_id), 
	CONSTRAINT uq_secrets_workspace_secret_name UNIQUE (workspace, secret_name)
);
CREATE TABLE span_metrics (
	trace_id VARCHAR(50) NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, "key"), 
	CONSTRAINT fk_span_metrics_span FOREIGN KEY(trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE
);
CREATE TABLE "spans" (
	trace_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	span_id VARCHAR(50) NOT NULL, 
	parent_span_id VARCHAR(50), 
	name TEXT, 
	type VARCHAR(500), 
	status VARCHAR(50) NOT NULL, 
	start_time_unix_nano BIGINT NOT NULL, 
	end_time_unix_nano BIGINT, 
	duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, 
	content TEXT NOT NULL, 
	input_cost FLOAT, 
	output_cost FLOAT, 
	total_cost FLOAT, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	CONSTRAINT spans_pk PRIMARY KEY (trace_id, span_id), 
	CONSTRAINT fk_spans_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CONSTRAINT fk_spans_trace_id FOREIGN KEY(trace_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE sql_assessment_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	CONSTRAINT sql_assessment_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_span_cost_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	model_name VARCHAR(500), 
	model_provider VARCHAR(500), 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	CONSTRAINT sql_span_cost_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_metric_daily_rollups (
	id INTEGER NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	metric_name VARCHAR(250) NOT NULL, 
	grouping_set VARCHAR(50) NOT NULL, 
	trace_status VARCHAR(50), 
	sample_count BIGINT NOT NULL, 
	sum_value FLOAT, 
	min_value FLOAT, 
	max_value FLOAT, 
	p50_value FLOAT, 
	p90_value FLOAT, 
	p99_value FLOAT, 
	CONSTRAINT sql_trace_metric_daily_rollups_pk PRIMARY KEY (id)
);
CREATE TABLE sql_trace_rollup_rebuild_queue (
	experiment_id INTEGER NOT NULL, 
	rollup_day DATE NOT NULL, 
	rollup_family VARCHAR(50) NOT NULL, 
	CONSTRAINT sql_trace_rollup_rebuild_queue_pk PRIMARY KEY (experiment_id, rollup_day, rollup_family)
);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('potstill.kind','experiment','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "tags" VALUES('mlflow.runName','tiny-098ed19980','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "tags" VALUES('potstill.data_digest','550ec22afb4a521927d7599b4adc2f8231132479e3fab81d85472110a147ac9a','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "tags" VALUES('potstill.key','098ed19980','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "tags" VALUES('git.commit','622299d58065e3a7a204004539e1e35d2c11ea58','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "tags" VALUES('potstill.kind','teacher','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "tags" VALUES('mlflow.runName','teacher','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "tags" VALUES('potstill.bank','5ed5a6ab9ffc7595','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "tags" VALUES('potstill.teacher_digest','b2c0292677e04d0e9b04197d34f8a3a8d92fef079285e547660f299f97827ecf','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "tags" VALUES('teacher','teacher0, trained here','e2743821a44d445c94283f2790ff34c2');
INSERT INTO "tags" VALUES('potstill.kind','trial','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "tags" VALUES('mlflow.runName','trial 0','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','c242b215538c40f2acee2ae7997fb125');
INSERT INTO "tags" VALUES('potstill.kind','trial','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "tags" VALUES('mlflow.runName','trial 1','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','21cd6449859e40bb8136bb964290ce50');
INSERT INTO "tags" VALUES('potstill.kind','trial','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "tags" VALUES('mlflow.runName','trial 2','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','3f60ba3cb5964fafaef0b8e9fe73f1f5');
INSERT INTO "tags" VALUES('potstill.kind','trial','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "tags" VALUES('mlflow.runName','trial 3','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','1a7329932d1048a0af8e20e56619a46d');
INSERT INTO "tags" VALUES('potstill.kind','finalist','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('mlflow.runName','finalist 3','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.trial','3','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.compression','int8, trained','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('mlflow.note.content','Compressions tried, the last one taken unless none kept the goal. Drop is against the float model, on validation, in points.

| compression | validation | drop | bytes | gzip | latency | seconds | |
|---|---|---|---|---|---|---|---|
| int8 | 67.97% | +0.84 | 6,857 | 4,686 | 2.95 µs | 4.9 |  |
| ranges mse, int8 | 67.97% | +0.84 | 6,841 | 4,684 | 2.97 µs | 5.2 |  |
| int8, trained | 72.14% | -3.34 | 6,857 | 4,683 | 2.98 µs | 9.0 |  |
','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.proven','true','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.sha256','cf6f514ca339bc229ec687c3a315e1b05949d8b66e05d9d0c5a8e2ca2e454c74','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.device','host (AMD EPYC, LiteRT 2.3.0, XNNPACK, 1 thread)','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.check.parity','same class on 100.00% of the validation split, same or tied on 100.00%; 99% needed','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.check.budget','latency_ms 0.002984 of 0.5; size_bytes 6857 of 9000','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.check.operators','all of 7 allowed','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.check.dtypes','weights and activations in int8; int8 asked for','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.check.delegate','XNNPACK runs the whole graph','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.check.repeats','two processes give the same outputs on 256 examples, bit by bit','4723c91b0dfa4ee8b716cc4b296389af');
INSERT INTO "tags" VALUES('potstill.kind','finalist','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('mlflow.runName','finalist 1','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('mlflow.parentRunId','38cd7e23f9484477a9b70b92bc8a7a30','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.trial','1','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.compression','int8, trained','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('mlflow.note.content','Compressions tried, the last one taken unless none kept the goal. Drop is against the float model, on validation, in points.

| compression | validation | drop | bytes | gzip | latency | seconds | |
|---|---|---|---|---|---|---|---|
| int8 | 65.18% | +0.56 | 6,913 | 5,151 | 1.76 µs | 5.2 |  |
| ranges mse, int8 | 64.90% | +0.84 | 6,913 | 5,153 | 1.76 µs | 5.5 |  |
| int8, trained | 69.08% | -3.34 | 6,913 | 5,160 | 1.73 µs | 7.4 |  |
','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.proven','true','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.sha256','19b407a37545db53db4636541b6077d719f2f2cc3fa312ff27b9d757b470b329','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.device','host (AMD EPYC, LiteRT 2.3.0, XNNPACK, 1 thread)','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.check.parity','same class on 99.72% of the validation split, same or tied on 100.00%; 99% needed','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.check.budget','latency_ms 0.001732 of 0.5; size_bytes 6913 of 9000','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.check.operators','all of 6 allowed','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.check.dtypes','weights and activations in int8; int8 asked for','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.check.delegate','XNNPACK runs the whole graph','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.check.repeats','two processes give the same outputs on 256 examples, bit by bit','640c8fd3fb4b40aabd2decc154a844bc');
INSERT INTO "tags" VALUES('potstill.winner','4723c91b0dfa4ee8b716cc4b296389af','38cd7e23f9484477a9b70b92bc8a7a30');
INSERT INTO "tags" VALUES('mlflow.note.content','The int8 files, measured. The first proven one is the winner, chosen on validation.

| finalist | compression | validation | test | bytes | latency | proof |
|---|---|---|---|---|---|---|
| 3 | int8, trained | 72.14% | 73.35% | 6,857 | 2.98 µs on host | passed |
| 1 | int8, trained | 69.08% | 70.33% | 6,913 | 1.73 µs on host | passed |
','38cd7e23f9484477a9b70b92bc8a7a30');
CREATE TABLE "trace_info" (
	request_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	execution_time_ms BIGINT, 
	status VARCHAR(50) NOT NULL, 
	client_request_id VARCHAR(50), 
	request_preview VARCHAR(1000), 
	response_preview VARCHAR(1000), 
	db_payload_generation INTEGER DEFAULT '0' NOT NULL, trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, 
	CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
	CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE trace_metrics (
	request_id VARCHAR(50) NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT, 
	CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, "key"), 
	CONSTRAINT fk_trace_metrics_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_request_metadata" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE webhook_events (
	webhook_id VARCHAR(256) NOT NULL, 
	entity VARCHAR(50) NOT NULL, 
	action VARCHAR(50) NOT NULL, 
	CONSTRAINT webhook_event_pk PRIMARY KEY (webhook_id, entity, action), 
	FOREIGN KEY(webhook_id) REFERENCES webhooks (webhook_id) ON DELETE cascade
);
CREATE TABLE "webhooks" (
	webhook_id VARCHAR(256) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	description VARCHAR(1000), 
	url VARCHAR(500) NOT NULL, 
	status VARCHAR(20) DEFAULT 'ACTIVE' NOT NULL, 
	secret VARCHAR(1000), 
	creation_timestamp BIGINT, 
	last_updated_timestamp BIGINT, 
	deleted_timestamp BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT webhook_pk PRIMARY KEY (webhook_id)
);
CREATE TABLE workspaces (
	name VARCHAR(63) NOT NULL, 
	description TEXT, 
	default_artifact_root TEXT, trace_archival_location TEXT, trace_archival_retention VARCHAR(32), 
	CONSTRAINT workspaces_pk PRIMARY KEY (name)
);
INSERT INTO "workspaces" VALUES('default','Default workspace for legacy resources',NULL,NULL,NULL);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_logged_model_metrics_model_id ON logged_model_metrics (model_id);
CREATE INDEX index_entity_associations_association_id ON entity_associations (association_id);
CREATE INDEX index_entity_associations_reverse_lookup ON entity_associations (destination_type, destination_id, source_type, source_id);
CREATE INDEX idx_webhook_events_entity ON webhook_events (entity);
CREATE INDEX idx_webhook_events_action ON webhook_events (action);
CREATE INDEX idx_webhook_events_entity_action ON webhook_events (entity, action);
CREATE UNIQUE INDEX index_scorers_experiment_id_scorer_name ON scorers (experiment_id, scorer_name);
CREATE INDEX index_scorer_versions_scorer_id ON scorer_versions (scorer_id);
CREATE INDEX index_evaluation_dataset_tags_dataset_id ON evaluation_dataset_tags (dataset_id);
CREATE INDEX index_evaluation_dataset_records_dataset_id ON evaluation_dataset_records (dataset_id);
CREATE INDEX index_endpoint_model_mappings_endpoint_id ON endpoint_model_mappings (endpoint_id);
CREATE INDEX index_endpoint_model_mappings_model_definition_id ON endpoint_model_mappings (model_definition_id);
CREATE INDEX index_endpoint_tags_endpoint_id ON endpoint_tags (endpoint_id);
CREATE INDEX index_trace_metrics_request_id ON trace_metrics (request_id);
CREATE UNIQUE INDEX unique_endpoint_model_linkage_mapping ON endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type);
CREATE INDEX index_span_metrics_trace_id_span_id ON span_metrics (trace_id, span_id);
CREATE INDEX index_evaluation_datasets_name ON evaluation_datasets (name);
CREATE INDEX index_evaluation_datasets_created_time ON evaluation_datasets (created_time);
CREATE INDEX idx_webhooks_name ON webhooks (name);
CREATE INDEX idx_webhooks_status ON webhooks (status);
CREATE TRIGGER prevent_secrets_aad_mutation
BEFORE UPDATE ON secrets
FOR EACH ROW
WHEN OLD.secret_id != NEW.secret_id OR OLD.secret_name != NEW.secret_name
BEGIN
    SELECT RAISE(ABORT, 'secret_id and secret_name are immutable (used as AAD in encryption)');
END;
CREATE INDEX index_model_definitions_secret_id ON model_definitions (secret_id);
CREATE INDEX index_model_definitions_provider ON model_definitions (provider);
CREATE INDEX index_jobs_name_status_creation_time ON jobs (job_name, workspace, status, creation_time);
CREATE INDEX idx_experiments_workspace ON experiments (workspace);
CREATE INDEX idx_registered_models_workspace ON registered_models (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time);
CREATE INDEX idx_evaluation_datasets_workspace ON evaluation_datasets (workspace);
CREATE INDEX idx_webhooks_workspace ON webhooks (workspace);
CREATE INDEX idx_secrets_workspace ON secrets (workspace);
CREATE INDEX idx_endpoints_workspace ON endpoints (workspace);
CREATE INDEX idx_model_definitions_workspace ON model_definitions (workspace);
CREATE INDEX idx_budget_policies_workspace ON budget_policies (workspace);
CREATE INDEX index_issues_experiment_id ON issues (experiment_id);
CREATE INDEX index_issues_source_run_id ON issues (source_run_id);
CREATE INDEX index_issues_status ON issues (status);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, "key", step);
CREATE INDEX idx_guardrails_workspace ON guardrails (workspace);
CREATE INDEX idx_guardrails_scorer ON guardrails (scorer_id, scorer_version);
CREATE INDEX idx_guardrail_configs_endpoint_id ON guardrail_configs (endpoint_id);
CREATE INDEX idx_guardrail_configs_guardrail_id ON guardrail_configs (guardrail_id);
CREATE INDEX idx_model_version_tags_workspace_name_version ON model_version_tags (workspace, name, version);
CREATE INDEX idx_registered_model_tags_workspace_name ON registered_model_tags (workspace, name);
CREATE INDEX index_label_schemas_experiment_id ON label_schemas (experiment_id);
CREATE INDEX index_review_queues_experiment_id ON review_queues (experiment_id);
CREATE INDEX index_review_queue_users_user_id ON review_queue_users (user_id);
CREATE INDEX index_review_queue_items_queue_id_status ON review_queue_items (queue_id, status);
CREATE INDEX index_review_queue_items_item_id ON review_queue_items (item_id);
CREATE INDEX index_review_queue_label_schemas_schema_id ON review_queue_label_schemas (schema_id);
CREATE INDEX idx_mcp_server_versions_latest ON mcp_server_versions (workspace, name, status, version_major DESC, version_minor DESC, version_patch DESC);
CREATE INDEX ix_mcp_access_endpoints_server_name ON mcp_access_endpoints (workspace, server_name);
CREATE INDEX ix_mcp_access_endpoints_version ON mcp_access_endpoints (workspace, server_name, server_version);
CREATE INDEX ix_mcp_access_endpoints_alias ON mcp_access_endpoints (workspace, server_name, server_alias);
CREATE INDEX idx_budget_policies_target_value ON budget_policies (target_value);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_info_timestamp_ms_request_id ON trace_info (timestamp_ms, request_id);
CREATE INDEX index_assessments_run_id_created_timestamp ON assessments (run_id, created_timestamp);
CREATE INDEX index_assessments_last_updated_timestamp ON assessments (last_updated_timestamp);
CREATE INDEX index_assessments_trace_id_created_timestamp ON assessments (trace_id, created_timestamp);
CREATE INDEX index_assessments_assessment_type ON assessments (assessment_type);
CREATE INDEX index_spans_experiment_id_duration ON spans (experiment_id, duration_ns);
CREATE INDEX index_spans_experiment_id_status_type ON spans (experiment_id, status, type);
CREATE INDEX index_spans_experiment_id_start_time ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX index_spans_experiment_id_type_status ON spans (experiment_id, type, status);
CREATE INDEX index_trace_info_experiment_id_session_id ON trace_info (experiment_id, session_id);
CREATE INDEX idx_trace_rollups_lookup ON sql_trace_metric_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, trace_status);
CREATE INDEX idx_span_cost_rollups_lookup ON sql_span_cost_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider);
CREATE INDEX idx_assessment_rollups_lookup ON sql_assessment_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set);
CREATE INDEX idx_spans_cost_trace_time_cover ON spans (trace_id, start_time_unix_nano);
CREATE INDEX idx_spans_cost_exp_time_cover ON spans (experiment_id, start_time_unix_nano);
CREATE INDEX idx_assessments_exp_trace_ts ON assessments (experiment_id, trace_timestamp_ms);
CREATE INDEX idx_assessments_exp_trace_ts_name ON assessments (experiment_id, trace_timestamp_ms, name);
CREATE INDEX idx_assessments_exp_name_valid ON assessments (experiment_id, name, valid);
CREATE INDEX index_job_locks_job_id ON job_locks (job_id);
CREATE INDEX index_jobs_status_lease_expires_at ON jobs (status, lease_expires_at);
COMMIT;
