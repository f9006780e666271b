// Uses the gateway as applications do. Prints one line of JSON: what each call has returned.
import { GoogleGenAI, Modality } from '@google/genai';
import OpenAI from 'openai';

const [baseUrl, token] = process.argv.slice(2);
const model = 'gemini-flash-latest';
const results = {};

const ai = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl, apiVersion: 'v1beta' } });
const openai = new OpenAI({ apiKey: token, baseURL: `${baseUrl}/openai/v1`, maxRetries: 0 });

const declaration = {
  name: 'turn_on',
  description: 'Turns a lamp on',
  parameters: { type: 'object', properties: { lamp: { type: 'string' } } },
};

const calls = {
  async generate() {
    return (await ai.models.generateContent({ model, contents: 'apple' })).text;
  },
  async stream() {
    const parts = [];
    for await (const part of await ai.models.generateContentStream({ model, contents: 'pear' })) {
      parts.push(part.text ?? '');
    }
    return { parts: parts.length, text: parts.join('') };
  },
  async chat() {
    const chat = ai.chats.create({ model });
    await chat.sendMessage({ message: 'first' });
    return (await chat.sendMessage({ message: 'second' })).text;
  },
  async functions() {
    const response = await ai.models.generateContent({
      model,
      contents: 'please turn_on the lamp',
      config: { tools: [{ functionDeclarations: [declaration] }] },
    });
    return response.functionCalls?.[0]?.name;
  },
  async embeddings() {
    const response = await ai.models.embedContent({ model: 'gemini-embedding-001', contents: ['a', 'b'] });
    return response.embeddings.length;
  },
  async files() {
    const file = await ai.files.upload({
      file: new Blob(['x'.repeat(9_000_000)]),
      config: { mimeType: 'text/plain' },
    });
    const found = await ai.files.get({ name: file.name });
    const answer = await ai.models.generateContent({
      model,
      contents: [{ role: 'user', parts: [{ fileData: { fileUri: file.uri, mimeType: 'text/plain' } }, { text: 'fig' }] }],
    });
    await ai.files.delete({ name: file.name });
    return { size: found.sizeBytes, text: answer.text };
  },
  async caches() {
    const cache = await ai.caches.create({
      model,
      config: { contents: [{ role: 'user', parts: [{ text: 'long '.repeat(5000) }] }] },
    });
    const answer = await ai.models.generateContent({ model, contents: 'plum', config: { cachedContent: cache.name } });
    await ai.caches.delete({ name: cache.name });
    return answer.text;
  },
  async live() {
    let text = '';
    let isDone;
    const done = new Promise((resolve) => (isDone = resolve));
    let isClosed;
    const closed = new Promise((resolve) => (isClosed = resolve));
    const session = await ai.live.connect({
      model,
      config: { responseModalities: [Modality.TEXT] },
      callbacks: {
        onmessage(message) {
          text += message.text ?? '';
          if (message.serverContent?.turnComplete) {
            isDone();
          }
        },
        onerror: isDone,
        onclose: isClosed,
      },
    });
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'quince' }] }], turnComplete: true });
    await done;
    session.close();
    await closed;
    return text;
  },
  async openaiChat() {
    const response = await openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'melon' }] });
    return response.choices[0].message.content;
  },
  async openaiStream() {
    const parts = [];
    const stream = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'grape' }],
      stream: true,
    });
    for await (const part of stream) {
      parts.push(part.choices[0]?.delta?.content ?? '');
    }
    return { parts: parts.length, text: parts.join('') };
  },
  async openaiTools() {
    const response = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'please turn_on the lamp' }],
      tools: [{ type: 'function', function: declaration }],
    });
    return response.choices[0].message.tool_calls?.[0]?.function?.name;
  },
  async openaiEmbeddings() {
    return (await openai.embeddings.create({ model: 'gemini-embedding-001', input: ['a', 'b'] })).data.length;
  },
  async openaiModels() {
    const names = [];
    for await (const each of openai.models.list()) {
      names.push(each.id);
    }
    return { count: names.length, first: (await openai.models.retrieve(names[0])).id === names[0] };
  },
  async wrongToken() {
    const wrong = new OpenAI({ apiKey: 'wrong', baseURL: `${baseUrl}/openai/v1`, maxRetries: 0 });
    const refused = await wrong.models.list().then(() => 'served', (e) => `${e.status} ${e.code}`);
    const google = new GoogleGenAI({ apiKey: 'wrong', httpOptions: { baseUrl } });
    return [refused, await google.models.list().then(() => 'served', (e) => e.status)];
  },
};

for (const [name, call] of Object.entries(calls)) {
  try {
    results[name] = await call();
  } catch (e) {
    results[name] = `${e.name}: ${e.message}`;
  }
}
console.log(JSON.stringify(results));
process.exit(0);
