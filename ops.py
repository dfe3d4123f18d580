import paddle
paddle.enable_static()
with paddle.pir_utils.OldIrGuard():
    main, start = paddle.static.Program(), paddle.static.Program()
    with paddle.static.program_guard(main, start):
        e=paddle.static.data('e',[None,None,2],'float32'); m=paddle.static.data('m',[None,1,None],'float32')
        F=paddle.nn.functional
        for n,f in dict(bmm=lambda: paddle.bmm(m,e), mean=lambda: paddle.mean(e,axis=1), max=lambda: paddle.max(e,axis=1), addn=lambda: paddle.add_n([e,e]), cumsum=lambda: paddle.cumsum(e,1), avg=lambda: F.adaptive_avg_pool1d(paddle.transpose(e,[0,2,1]),1), logsumexp=lambda: paddle.logsumexp(e,1), einsum=lambda: paddle.einsum('bot,btl->bol',m,e), prod=lambda: paddle.prod(e,1), nansum=lambda: paddle.nansum(e,1), norm=lambda: paddle.norm(e,1,1), mm=lambda: paddle.mm(m,e), mul=lambda: e*m, tensordot=lambda: paddle.tensordot(m,e,1),transpose=lambda: paddle.transpose(e,[0,2,1]), unsq=lambda: paddle.unsqueeze(m,1), sq=lambda: paddle.squeeze(m,1), sdpa=lambda: F.sequence_mask(m)).items():
            try: f(); print(n,'ok')
            except Exception as x: print(n, str(x)[:80])
