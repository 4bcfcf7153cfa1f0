// Start a PLC directory and a PDS, and print their addresses as one line of JSON.
import { createRequire } from 'node:module';

const [packages, settings] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const { requests, seconds, bypass } = JSON.parse(settings);

if (requests !== null) {
  // The PDS has its limits written into its code; the number is all that is ours.
  const flexible = require('rate-limiter-flexible');
  const { RateLimiterMemory } = flexible;
  flexible.RateLimiterMemory = class extends RateLimiterMemory {
    constructor(options) {
      const all = options.keyPrefix === 'rl-global-ip';
      super(all ? { ...options, points: requests, duration: seconds } : options);
    }
  };
}

const { TestNetworkNoAppView } = require('@atproto/dev-env');
const network = await TestNetworkNoAppView.create({
  pds: { hostname: 'localhost', rateLimitsEnabled: requests !== null, rateLimitBypassKey: bypass },
});
console.log(JSON.stringify({ plc: network.plc.port, pds: network.pds.port }));

process.on('SIGTERM', async () => {
  await network.close();
  process.exit(0);
});
