// What the WebSocket layer is held to RFC 6455 with, in builds for tests alone.

#if DEBUG
    import NIOCore
    import NIOWebSocket

    extension ConnectionHandler {
        /// Sends a message back as it came; a text that is no UTF-8 ends the connection
        /// (RFC 6455 section 8.1).
        func echo(_ frame: WebSocketFrame) {
            let data = frame.unmaskedData
            let isSound =
                frame.opcode != .text
                || String(validating: data.readableBytesView, as: UTF8.self) != nil
            guard isSound else { return sendClose(code: 1007) }
            write(WebSocketFrame(fin: true, opcode: frame.opcode, data: data))
            flush()
        }
    }
#endif
