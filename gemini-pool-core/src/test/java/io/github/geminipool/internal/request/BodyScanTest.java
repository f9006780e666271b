package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import io.github.geminipool.spi.ServiceTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the body of a request adds to the facts of its URL, whichever way it is cut into chunks. */
class BodyScanTest {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final String GENERATE = "/v1beta/models/m:generateContent";
    private static final String OPEN_AI = "/v1beta/openai/";
    private static final String INTERACTIONS = "/v1beta/interactions";

    /** A body that is written in chunks of a size. */
    private static class Chunked extends RequestBody {

        private final byte[] bytes;
        private final int size;

        Chunked(String text, int size) {
            this.bytes = text.getBytes(StandardCharsets.UTF_8);
            this.size = size;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            for (int at = 0; at < bytes.length; at += size) {
                sink.write(bytes, at, Math.min(size, bytes.length - at));
                sink.flush();
            }
        }
    }

    private static CallFacts facts(String path, RequestBody body) {
        Request request = new Request.Builder()
                .url("https://gemini.example" + path)
                .post(body)
                .build();
        return new OwnedResources().factsOf(request);
    }

    /** Returns the facts, which must not depend on the chunks that the body is written in. */
    private static CallFacts facts(String path, String json) {
        String body = json.replace('\'', '"');
        CallFacts facts = facts(path, RequestBody.create(body, JSON));
        for (int size : new int[] {1, 2, 3, 7}) {
            assertThat(facts(path, new Chunked(body, size))).isEqualTo(facts);
        }
        return facts;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                                                                         | PLAIN",
                "{'contents':[{'parts':[{'text':'googleSearch'}]}]}                         | PLAIN",
                "{'tools':[{'googleSearch':{}}]}                                            | GROUNDED",
                "{'tools':[{'google_search':{'timeRangeFilter':{}}}]}                       | GROUNDED",
                "{'tools':[{'GoogleSearchRetrieval':{}}]}                                   | GROUNDED",
                "{'tools' : [ {'google_maps' : {} } ]}                                      | GROUNDED",
                "{'tools':[{'googleSearch':null}]}                                          | PLAIN",
                "{'tools':[{'urlContext':{}}]}                                              | URL_CONTEXT",
                "{'tools':[{'code_execution':{}}]}                                          | CODE_EXECUTION",
                "{'tools':[{'codeExecution':{}},{'urlContext':{}}]}                         | URL_CONTEXT",
                "{'tools':[{'codeExecution':{},'url_context':{},'googleSearch':{}}]}        | GROUNDED",
                "{'tools':[{'functionDeclarations':[{'name':'googleSearch'}]},{'urlContext':{}}]} | URL_CONTEXT",
                "{'tools':[{'functionDeclarations':[{'googleSearch':{}}]}]}                 | PLAIN",
                "{'tools':{'a':{'googleSearch':{}}}}                                        | PLAIN",
                "{'contents':[{'tools':[{'googleSearch':{}}]}]}                             | PLAIN",
                "{'contents':[{'parts':[{'functionCall':{'args':{'tools':[{'googleSearch':{}}]}}}]}]} | PLAIN",
                "{'a':{'tools':[{'googleSearch':{}}]}}                                      | PLAIN",
                "{'fileSearch':{},'tools':[{'fileSearch':{}}]}                              | PLAIN",
                "{'extra_body':{'google':{'tools':[{'google_search':{}}]}}}                 | GROUNDED",
                "{'google':{'tools':[{'google_search':{}}]}}                                | GROUNDED",
                "{'tools':[{'type':'google_search'}]}                                       | GROUNDED",
                "{'tools':[{'type':'function','function':{'name':'googleSearch'}}]}         | PLAIN",
            })
    void readsTheUseFromTheTools(String json, Use use) {
        assertThat(facts(GENERATE, json).use()).isEqualTo(use);
        assertThat(facts("/v1beta/models/m:streamGenerateContent", json).use()).isEqualTo(use);
        assertThat(facts("/v1beta/models/m:embedContent", json).use()).isEqualTo(Use.EMBED);
        assertThat(facts("/v1beta/models/m:batchGenerateContent", json).use()).isEqualTo(Use.BATCH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                                      | STANDARD",
                "{'serviceTier':'flex'}                  | FLEX",
                "{'service_tier':'FLEX'}                 | FLEX",
                "{'serviceTier':'SERVICE_TIER_FLEX'}     | FLEX",
                "{'serviceTier':'priority'}              | PRIORITY",
                "{'serviceTier' : 'Priority'}            | PRIORITY",
                "{'serviceTier':'SERVICE_TIER_PRIORITY'} | PRIORITY",
                "{'serviceTier':'service_tier_priority'} | PRIORITY",
                "{'serviceTier':'standard'}              | STANDARD",
                "{'service_tier':'auto'}                 | STANDARD",
                "{'service_tier':''}                     | STANDARD",
                "{'serviceTier':['flex']}                | STANDARD",
                "{'serviceTier':null}                    | STANDARD",
                "{'serviceTier':'flexible'}              | STANDARD",
                "{'labels':{'serviceTier':'flex'}}       | STANDARD",
                "{'contents':['serviceTier','flex']}     | STANDARD",
            })
    void readsTheServiceTier(String json, ServiceTier tier) {
        for (String path : new String[] {GENERATE, INTERACTIONS, OPEN_AI + "chat/completions"}) {
            assertThat(facts(path, json).serviceTier()).isEqualTo(tier);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "chat/completions   | {'model':'gemini-a'}                          | GENERATE | gemini-a      | PLAIN",
                "chat/completions   | {'model':'models/gemini-a','stream':false}    | GENERATE | gemini-a      | PLAIN",
                "chat/completions   | {'stream':true,'model':'gemini-a'}            | STREAM   | gemini-a      | PLAIN",
                "chat/completions   | {'stream' : true , 'model' : 'gemini-a' }     | STREAM   | gemini-a      | PLAIN",
                "chat/completions   | {'messages':[{'model':'x','stream':true}],'model':'a'} | GENERATE | a    | PLAIN",
                "chat/completions   | {'model':'tunedModels/t'}                     | GENERATE | tunedModels/t | PLAIN",
                "chat/completions   | {'model':'models/'}                           | GENERATE | models/       | PLAIN",
                "chat/completions   | {'model':''}                                  | GENERATE | (none)        | PLAIN",
                "chat/completions   | {'model':7}                                   | GENERATE | (none)        | PLAIN",
                "chat/completions   | {'model':'a\\u0041'}                          | GENERATE | aA            | PLAIN",
                "chat/completions   | {}                                            | GENERATE | (none)        | PLAIN",
                "completions        | {'model':'a'}                                 | GENERATE | a             | PLAIN",
                "embeddings         | {'model':'gemini-embedding-001','input':'a'}  | EMBED    | gemini-embedding-001 | EMBED",
                "images/generations | {'model':'imagen','prompt':'a'}               | GENERATE | imagen        | PREDICT",
                "videos             | {'model':'veo','prompt':'a'}                  | WRITE    | veo           | PREDICT",
                "batches            | {'input_file_id':'f'}                         | WRITE    | (none)        | BATCH",
                "files              | {}                                            | WRITE    | (none)        | FILES",
                "something/new      | {'model':'a','stream':true}                   | WRITE    | a             | OTHER",
            })
    void readsOpenAiShapedRequests(String path, String json, Operation operation, String model, Use use) {
        for (String prefix : new String[] {OPEN_AI, "/v1/openai/", "/proxy/v1beta/openai/"}) {
            CallFacts facts = facts(prefix + path, json);
            assertThat(facts.operation()).isEqualTo(operation);
            assertThat(facts.model()).isEqualTo(model);
            assertThat(facts.use()).isEqualTo(use);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1beta/interactions | {'model':'gemini-a','input':'x'}                     | WRITE        | gemini-a",
                "/v1beta/interactions | {'model':'gemini-a','store':true,'stream':true}      | WRITE        | gemini-a",
                "/v1beta/interactions | {'model':'gemini-a','store':false}                   | GENERATE     | gemini-a",
                "/v1beta/interactions | {'model':'gemini-a','store':false,'stream':true}     | STREAM       | gemini-a",
                "/v1beta/interactions | {'agent':'deep-research','background':true}          | WRITE        | (none)",
                "/v1beta/interactions/i/cancel | {'store':false}                             | WRITE        | (none)",
                "/v1beta/decisions    | {'model':'gemini-a','questions':{'q':{'stream':true}}} | GENERATE   | gemini-a",
                "/v1/decisions        | {'input':'x'}                                        | GENERATE     | (none)",
                "/v1beta/cachedContents | {'model':'models/gemini-a','contents':[]}          | WRITE        | gemini-a",
                "/v1beta/tunedModels  | {'baseModel':'models/gemini-a'}                      | WRITE        | gemini-a",
                "/v1beta/tunedModels  | {'base_model':'models/gemini-a','model':'b'}         | WRITE        | b",
                "/v1beta/models/m:countTokens | {'generateContentRequest':{'model':'models/b'}} | COUNT_TOKENS | m",
                "/v1beta/models/m:generateContent | {'model':'models/b','stream':true}       | GENERATE     | m",
                "/v1beta/models/m:batchGenerateContent | {'batch':{'model':'models/b'}}      | WRITE        | m",
            })
    void readsTheModelWhereTheUrlNamesNone(String path, String json, Operation operation, String model) {
        CallFacts facts = facts(path, json);
        assertThat(facts.operation()).isEqualTo(operation);
        assertThat(facts.model()).isEqualTo(model);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1beta/models/e:batchEmbedContents | {'requests':[{'content':{'parts':[{'text':'a'}]}}]}          | 1",
                "/v1beta/models/e:batchEmbedContents | {'requests':[{'model':'models/e','content':{}},{'content':{'parts':[{}]}},{}]} | 3",
                "/v1beta/models/e:batchEmbedContents | {'requests':[]}                                              | 1",
                "/v1beta/models/e:batchEmbedContents | {'a':{'requests':[{},{}]}}                                   | 1",
                "/v1beta/models/e:embedContent       | {'content':{'parts':[{'text':'a'},{'text':'b'}]}}            | 1",
                "/v1beta/models/m:generateContent    | {'requests':[{},{}]}                                         | 1",
                "/v1beta/openai/embeddings           | {'model':'e','input':'one'}                                  | 1",
                "/v1beta/openai/embeddings           | {'model':'e','input':['one','t\\nwo','three']}               | 3",
                "/v1beta/openai/embeddings           | {'input':[[1,2,3],[4,5]],'model':'e'}                        | 2",
                "/v1beta/openai/embeddings           | {'input':[1,2,3],'model':'e'}                                | 1",
                "/v1beta/openai/embeddings           | {'input':[],'model':'e'}                                     | 1",
                "/v1beta/openai/chat/completions     | {'input':['a','b'],'model':'e'}                              | 1",
            })
    void countsTheTextsOfAnEmbeddingBatch(String path, String json, int texts) {
        assertThat(facts(path, json).texts()).isEqualTo(texts);
    }

    static IntStream lengths() {
        return IntStream.of(1, 7, 60, 1_000, 1_500, 20_000);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void tellsContinuationTokensApart(int length) {
        String token = "aB3/".repeat(length).substring(0, length);
        String digest = continuation("{'contents':[],'continuationToken':'" + token + "'}");
        assertThat(digest).hasSize(32).doesNotContain(token.length() < 3 ? "/" : token);
        assertThat(continuation("{'continuation_token' : '" + token + "'}")).isEqualTo(digest);
        assertThat(continuation("{'continuation_token':'" + token.replace("/", "\\/") + "'}"))
                .isEqualTo(digest);
        assertThat(continuation("{'continuationToken':'" + token + "c'}")).isNotEqualTo(digest);
        assertThat(continuation("{'continuationToken':'" + token.substring(0, length - 1) + "-'}"))
                .isNotEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{'continuationToken':''}", "{'continuationToken':null}", "{'a':{'continuationToken':'b'}}"
            })
    void mostRequestsContinueNothing(String json) {
        assertThat(continuation(json)).isNull();
    }

    private static @Nullable String continuation(String json) {
        return facts(GENERATE, json).continuation();
    }

    @Test
    void aBodyThatIsNotReadAddsNothing() {
        String json = "{\"model\":\"a\",\"stream\":true,\"serviceTier\":\"flex\",\"tools\":[{\"googleSearch\":{}}]}";
        RequestBody once = new Chunked(json, 1) {
            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public long contentLength() {
                return 400;
            }

            @Override
            public void writeTo(BufferedSink sink) {
                throw new AssertionError("written");
            }
        };
        CallFacts expected = new CallFacts(
                Operation.GENERATE, CallFacts.NO_MODEL, null, Use.PLAIN, ServiceTier.STANDARD, null, 1, 100);
        assertThat(facts(OPEN_AI + "chat/completions", once)).isEqualTo(expected);

        RequestBody broken = new Chunked(json, 1) {
            @Override
            public MediaType contentType() {
                throw new IllegalStateException("a broken body");
            }

            @Override
            public long contentLength() throws IOException {
                throw new IOException("a broken body");
            }
        };
        assertThat(facts(OPEN_AI + "chat/completions", broken).promptTokens()).isZero();
        RequestBody text = RequestBody.create(json, MediaType.get("text/plain"));
        assertThat(facts(OPEN_AI + "chat/completions", text).model()).isEqualTo(CallFacts.NO_MODEL);

        Request compressed = new Request.Builder()
                .url("https://gemini.example" + GENERATE)
                .header("Content-Encoding", "gzip")
                .post(RequestBody.create(json, JSON))
                .build();
        assertThat(new OwnedResources().factsOf(compressed).use()).isEqualTo(Use.PLAIN);
    }

    @Test
    void whatIsNotCountedTakesNoQuota() {
        assertThat(facts(GENERATE, "{}").takesQuota()).isTrue();
        assertThat(facts("/v1beta/models/e:embedContent", "{}").takesQuota()).isTrue();
        assertThat(facts(INTERACTIONS, "{'model':'a'}").takesQuota()).isTrue();
        assertThat(facts("/v1beta/cachedContents", "{'model':'models/a'}").takesQuota())
                .isFalse();
        assertThat(facts("/v1beta/models/a:batchGenerateContent", "{}").takesQuota())
                .isFalse();
        assertThat(facts("/v1beta/models/a:countTokens", "{}").takesQuota()).isFalse();
        assertThat(facts("/v1beta/tunedModels", "{'baseModel':'models/a'}").takesQuota())
                .isFalse();
    }
}
