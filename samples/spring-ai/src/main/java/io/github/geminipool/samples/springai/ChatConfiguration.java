package io.github.geminipool.samples.springai;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The chat client. Its calls go through the pool without further code, because its model uses the pool's {@code Client}. */
@Configuration(proxyBeanMethods = false)
class ChatConfiguration {

    @Bean
    ChatClient shop(ChatClient.Builder builder, ChatMemory memory, Warehouse warehouse) {
        return builder.defaultSystem("You work in a lamp shop. Be brief.")
                .defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
                .defaultTools(warehouse)
                .build();
    }
}
