// The published sample that verifies webhooks, word for word between the two lines, behind a server.
//
//   LITEHQ_WEBHOOK_SECRET=… node verify_signature.ts
//
// Prints the port that it listens on.
import express from './express.mjs';

const app = express();
// ------------------------------------------------------------------------------------------
import crypto from 'node:crypto';

app.post('/webhooks/litehq',
  express.raw({ type: 'application/json' }),
  (req, res) => {
    const sig = req.header('LiteHQ-Signature') ?? '';
    const expected = crypto
      .createHmac('sha256', process.env.LITEHQ_WEBHOOK_SECRET!)
      .update(req.body) // raw Buffer, not parsed JSON
      .digest('hex');

    if (!crypto.timingSafeEqual(Buffer.from(sig), Buffer.from(expected))) {
      return res.status(401).send('bad signature');
    }

    const event = JSON.parse(req.body.toString());
    // ... handle event.type
    res.status(200).send('ok');
  }
);
// ------------------------------------------------------------------------------------------
app.listen((port) => console.log(port));
