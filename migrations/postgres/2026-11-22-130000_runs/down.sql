DROP TABLE run_outputs;
DROP TABLE run_inputs;
DROP TABLE run_errors;
DROP TABLE runs;
