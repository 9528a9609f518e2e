(()=>{"use strict";
const {asOf,limit}=document.documentElement.dataset,old=document.getElementById("old");
const check=()=>{if(Date.now()-asOf>limit*1e3)old.classList.add("now");};
check();setInterval(check,5e3);
})();
