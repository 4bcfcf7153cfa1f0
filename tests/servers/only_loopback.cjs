// The packages listen on every address and may call out; a test's servers must do neither.
const net = require('node:net');

const HERE = new Set(['localhost', '127.0.0.1', '::1']);
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

net.Server.prototype.listen = function listenHere(first, ...rest) {
  const done = rest.find((each) => typeof each === 'function');
  if (typeof first === 'function') return listen.call(this, { port: 0, host: '127.0.0.1' }, first);
  const options = first !== null && typeof first === 'object' ? first : { port: Number(first ?? 0) };
  if (Number.isNaN(options.port) || options.path || options.fd !== undefined || options._handle) {
    throw new Error('a server of the tests listens on a port of 127.0.0.1 or not at all');
  }
  return listen.call(this, { ...options, host: '127.0.0.1' }, done);
};

net.Socket.prototype.connect = function connectHere(...words) {
  // net.connect hands over its own array of [options, callback].
  const [first, second] = Array.isArray(words[0]) ? words[0] : words;
  const options = first !== null && typeof first === 'object' ? first : { host: second };
  const host = typeof options.host === 'string' ? options.host : 'localhost';
  if (!options.path && !HERE.has(host)) {
    process.nextTick(() => this.destroy(new Error(`a server of the tests tried to reach ${host}`)));
    return this;
  }
  return connect.apply(this, words);
};
