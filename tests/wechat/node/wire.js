// Seals and opens messages with the npm package wechat-crypto: one job as JSON on standard input, one answer as JSON on
// standard output. NODE_PATH says where the package is.
'use strict';

const WXBizMsgCrypt = require('wechat-crypto');

const job = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const crypto = new WXBizMsgCrypt(job.token, job.key, job.appId);

const answers = job.messages.map((message) => {
  const encrypt = message.plain === undefined ? message.encrypt : crypto.encrypt(message.plain);
  const opened = message.plain === undefined ? crypto.decrypt(encrypt) : {};
  return {
    encrypt,
    signature: crypto.getSignature(message.timestamp, message.nonce, encrypt),
    message: opened.message,
    id: opened.id,
  };
});
process.stdout.write(JSON.stringify(answers));
