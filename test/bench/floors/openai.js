// Floor: a script that only imports `openai` and streams one answer; bundled and started with the compile cache by the bench.
import OpenAI from 'openai';

const client = new OpenAI({ apiKey: 'bench', baseURL: process.argv[2], maxRetries: 0 });
const stream = await client.chat.completions.create({
  model: 'gpt-4o-mini',
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: 'Say hello.' }],
});
for await (const chunk of stream) {
  const text = chunk.choices[0]?.delta?.content;
  if (text && !process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
