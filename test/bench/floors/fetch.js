// Floor: the least a Node client can do: POST with fetch, split the lines, write the text.
const response = await fetch(`${process.argv[2]}/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
  body: JSON.stringify({
    model: 'gpt-4o-mini',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Say hello.' }],
  }),
});
const decoder = new TextDecoder();
let rest = '';
for await (const bytes of response.body) {
  rest += decoder.decode(bytes, { stream: true });
  let text = '';
  let start = 0;
  for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
    if (rest.startsWith('data: {', start)) text += JSON.parse(rest.slice(start + 6, end)).choices[0]?.delta?.content ?? '';
    start = end + 1;
  }
  rest = rest.slice(start);
  if (text && !process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
