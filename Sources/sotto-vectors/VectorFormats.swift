// The formats that this program knows. A new one is one line here.

enum VectorFormats {
    static let all: [any VectorFormat] = [
        HPKEFormat(),
        CryptoBasicsFormat(),
        DeserializationFormat(),
        TreeMathFormat(),
        KeyScheduleFormat(),
        SecretTreeFormat(),
        TranscriptHashesFormat(),
        MessageProtectionFormat(),
        WelcomeFormat(),
        TreeOperationsFormat(),
        TreeKEMFormat(),
        TreeValidationFormat(),
        PSKSecretFormat(),
        MessagesFormat(),
        PassiveClientFormat(),
        NegativeFormat(),
        MIMIContentFormat(),
        LayerFormat(),
    ]
}
