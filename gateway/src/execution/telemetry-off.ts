// Apollo's gateway counts its uses with Apollo, and asks the cloud it runs in who that is, unless this is set when one is made.
// Whatever makes one imports this first: nothing of ours calls home, tests and benchmarks included.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';
